// What S3 checks in a bucket policy. Which resource an action is about: Service Authorization Reference, "Actions, resources,
// and condition keys for Amazon S3".
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "policy/validate.h"

namespace sekisho::policy {
namespace {

constexpr std::array object_actions = {
    std::string_view("s3:abortmultipartupload"),
    std::string_view("s3:bypassgovernanceretention"),
    std::string_view("s3:deleteobject"),
    std::string_view("s3:deleteobjecttagging"),
    std::string_view("s3:deleteobjectversion"),
    std::string_view("s3:deleteobjectversiontagging"),
    std::string_view("s3:getobject"),
    std::string_view("s3:getobjectacl"),
    std::string_view("s3:getobjectattributes"),
    std::string_view("s3:getobjectlegalhold"),
    std::string_view("s3:getobjectretention"),
    std::string_view("s3:getobjecttagging"),
    std::string_view("s3:getobjecttorrent"),
    std::string_view("s3:getobjectversion"),
    std::string_view("s3:getobjectversionacl"),
    std::string_view("s3:getobjectversionattributes"),
    std::string_view("s3:getobjectversionforreplication"),
    std::string_view("s3:getobjectversiontagging"),
    std::string_view("s3:getobjectversiontorrent"),
    std::string_view("s3:initiatereplication"),
    std::string_view("s3:listmultipartuploadparts"),
    std::string_view("s3:objectowneroverridetobucketowner"),
    std::string_view("s3:putobject"),
    std::string_view("s3:putobjectacl"),
    std::string_view("s3:putobjectlegalhold"),
    std::string_view("s3:putobjectretention"),
    std::string_view("s3:putobjecttagging"),
    std::string_view("s3:putobjectversionacl"),
    std::string_view("s3:putobjectversiontagging"),
    std::string_view("s3:replicatedelete"),
    std::string_view("s3:replicateobject"),
    std::string_view("s3:replicatetags"),
    std::string_view("s3:restoreobject"),
    std::string_view("s3:updateobjectencryption"),
};

constexpr std::array bucket_actions = {
    std::string_view("s3:createbucket"),
    std::string_view("s3:createbucketmetadatatableconfiguration"),
    std::string_view("s3:createsession"),
    std::string_view("s3:deletebucket"),
    std::string_view("s3:deletebucketmetadatatableconfiguration"),
    std::string_view("s3:deletebucketpolicy"),
    std::string_view("s3:deletebucketwebsite"),
    std::string_view("s3:getaccelerateconfiguration"),
    std::string_view("s3:getanalyticsconfiguration"),
    std::string_view("s3:getbucketabac"),
    std::string_view("s3:getbucketacl"),
    std::string_view("s3:getbucketcors"),
    std::string_view("s3:getbucketlocation"),
    std::string_view("s3:getbucketlogging"),
    std::string_view("s3:getbucketmetadatatableconfiguration"),
    std::string_view("s3:getbucketnotification"),
    std::string_view("s3:getbucketobjectlockconfiguration"),
    std::string_view("s3:getbucketownershipcontrols"),
    std::string_view("s3:getbucketpolicy"),
    std::string_view("s3:getbucketpolicystatus"),
    std::string_view("s3:getbucketpublicaccessblock"),
    std::string_view("s3:getbucketrequestpayment"),
    std::string_view("s3:getbuckettagging"),
    std::string_view("s3:getbucketversioning"),
    std::string_view("s3:getbucketwebsite"),
    std::string_view("s3:getencryptionconfiguration"),
    std::string_view("s3:getintelligenttieringconfiguration"),
    std::string_view("s3:getinventoryconfiguration"),
    std::string_view("s3:getlifecycleconfiguration"),
    std::string_view("s3:getmetricsconfiguration"),
    std::string_view("s3:getreplicationconfiguration"),
    std::string_view("s3:listbucket"),
    std::string_view("s3:listbucketmultipartuploads"),
    std::string_view("s3:listbucketversions"),
    std::string_view("s3:listtagsforresource"),
    std::string_view("s3:putaccelerateconfiguration"),
    std::string_view("s3:putanalyticsconfiguration"),
    std::string_view("s3:putbucketabac"),
    std::string_view("s3:putbucketacl"),
    std::string_view("s3:putbucketcors"),
    std::string_view("s3:putbucketlogging"),
    std::string_view("s3:putbucketnotification"),
    std::string_view("s3:putbucketobjectlockconfiguration"),
    std::string_view("s3:putbucketownershipcontrols"),
    std::string_view("s3:putbucketpolicy"),
    std::string_view("s3:putbucketpublicaccessblock"),
    std::string_view("s3:putbucketrequestpayment"),
    std::string_view("s3:putbuckettagging"),
    std::string_view("s3:putbucketversioning"),
    std::string_view("s3:putbucketwebsite"),
    std::string_view("s3:putencryptionconfiguration"),
    std::string_view("s3:putintelligenttieringconfiguration"),
    std::string_view("s3:putinventoryconfiguration"),
    std::string_view("s3:putlifecycleconfiguration"),
    std::string_view("s3:putmetricsconfiguration"),
    std::string_view("s3:putreplicationconfiguration"),
    std::string_view("s3:pausereplication"),
    std::string_view("s3:tagresource"),
    std::string_view("s3:untagresource"),
};

// No key, so that a policy variable matches nothing.
const Context no_keys;

template <class Actions>
bool covers(const Pattern& pattern, const Actions& actions) {
    return std::ranges::any_of(actions, [&](std::string_view action) { return pattern.matches(action, no_keys); });
}

// A resource with its policy variables as wildcards: what it may stand for.
Pattern possible(std::string_view resource) {
    std::string text;
    for (std::size_t i = 0; i < resource.size(); ++i) {
        std::size_t close = resource.substr(i).starts_with("${") ? resource.find('}', i) : std::string_view::npos;
        if (close == std::string_view::npos) {
            text += resource[i];
        } else {
            text += '*';
            i = close;
        }
    }
    return Pattern::compile(text, Pattern::Wildcards::resource, false);
}

struct About {
    bool bucket = false;
    bool objects = false;
};

// What of the bucket a resource names; neither: it is not about this bucket.
About about(const std::string& resource, std::string_view bucket_arn) {
    About out;
    Pattern pattern = possible(resource);
    out.bucket = pattern.matches(bucket_arn, no_keys);
    // Objects of an access point are accesspoint/name/object/key.
    std::size_t slashes = static_cast<std::size_t>(std::ranges::count(bucket_arn, '/'));
    std::string_view below = slashes > 0 ? "/object/" : "/";
    std::string objects = std::string(bucket_arn).append(below);
    // Objects: the pattern begins with the bucket's name and a slash, or its wildcards reach beyond the name.
    std::size_t slash = resource.find('/');
    for (; slashes > 0 && slash != std::string::npos; --slashes) slash = resource.find('/', slash + 1);
    std::string head = slash == std::string::npos ? resource : resource.substr(0, slash);
    auto reaches = [&](std::string_view rest) { return rest.starts_with(below) || rest.starts_with("/*"); };
    out.objects = slash != std::string::npos
                      ? (possible(head).matches(bucket_arn, no_keys) && reaches(std::string_view(resource).substr(slash))) ||
                            pattern.matches(objects, no_keys)
                      : pattern.matches(objects + "x", no_keys);
    return out;
}

std::string check_statement(const Statement& statement, std::string_view bucket_arn) {
    if (!statement.has_principal) return "Missing required field Principal";
    if (statement.principals.empty()) return "Missing required field Principal cannot be empty!";
    if (statement.not_principal && statement.effect == Effect::allow) return "Allow with NotPrincipal is not supported.";
    for (const PrincipalEntry& entry : statement.principals)
        if (entry.type == PrincipalEntry::Type::invalid) return "Invalid principal in policy";

    About all;
    for (const PatternText& resource : statement.resources) {
        About one = about(resource.written.text, bucket_arn);
        if (!one.bucket && !one.objects) return "Policy has invalid resource";
        all.bucket |= one.bucket;
        all.objects |= one.objects;
    }
    for (const PatternText& action : statement.actions) {
        bool bucket = covers(action.pattern, bucket_actions), objects = covers(action.pattern, object_actions);
        if (!bucket && !objects) return "Policy has invalid action";
        if (statement.not_action || statement.not_resource) continue;
        if (!(bucket && all.bucket) && !(objects && all.objects))
            return "Action does not apply to any resource(s) in statement";
    }
    return {};
}

}  // namespace

std::string check_bucket(const Document& document, std::string_view bucket_arn) {
    for (const Statement& statement : document.statements)
        if (std::string wrong = check_statement(statement, bucket_arn); !wrong.empty()) return wrong;
    if (!unique_sids(document)) return "Statement IDs (SID) in a single policy must be unique.";
    if (const Condition* condition = invalid_condition(document))
        return fmt::format("Invalid value for condition {} {}", condition->operator_written.text, condition->key.text);
    return {};
}

}  // namespace sekisho::policy
