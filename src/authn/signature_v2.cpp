#include "authn/signature_v2.h"

#include <algorithm>
#include <map>
#include <vector>

#include "authn/canonical.h"
#include "authn/claim.h"
#include "base/bytes.h"

namespace sekisho::authn {

namespace {

constexpr std::string_view regions[] = {"ap-northeast-1", "ap-southeast-1", "ap-southeast-2", "eu-west-1",
                                        "sa-east-1",      "us-east-1",      "us-west-1",      "us-west-2"};

// In the canonical resource.
constexpr std::string_view covered[] = {"accelerate",
                                        "acl",
                                        "analytics",
                                        "cors",
                                        "defaultObjectAcl",
                                        "delete",
                                        "inventory",
                                        "lifecycle",
                                        "location",
                                        "logging",
                                        "metrics",
                                        "notification",
                                        "object-lock",
                                        "partNumber",
                                        "policy",
                                        "replication",
                                        "requestPayment",
                                        "response-cache-control",
                                        "response-content-disposition",
                                        "response-content-encoding",
                                        "response-content-language",
                                        "response-content-type",
                                        "response-expires",
                                        "restore",
                                        "select",
                                        "select-type",
                                        "storageClass",
                                        "tagging",
                                        "torrent",
                                        "uploadId",
                                        "uploads",
                                        "versionId",
                                        "versioning",
                                        "versions",
                                        "website"};

// Not in it, and without another meaning than which part of a listing is shown.
constexpr std::string_view harmless[] = {"AWSAccessKeyId",
                                         "Expires",
                                         "Signature",
                                         "content-md5",
                                         "content-type",
                                         "x-id",
                                         "prefix",
                                         "delimiter",
                                         "marker",
                                         "max-keys",
                                         "encoding-type",
                                         "list-type",
                                         "continuation-token",
                                         "start-after",
                                         "fetch-owner",
                                         "key-marker",
                                         "version-id-marker",
                                         "upload-id-marker",
                                         "max-uploads",
                                         "max-parts",
                                         "part-number-marker"};

template <class List>
bool among(const List& list, std::string_view name) {
    return std::ranges::find(list, name) != std::end(list);
}

bool is_amz(std::string_view name) { return name.size() > 6 && equal_ignoring_case(name.substr(0, 6), "x-amz-"); }

struct Parameter {
    std::string name;
    std::string value;
    bool has_value;
};

std::vector<Parameter> parameters(std::string_view query) {
    std::vector<Parameter> out;
    for (std::string_view pair : split(query, '&')) {
        if (pair.empty()) continue;
        std::size_t equals = pair.find('=');
        std::string_view name = pair.substr(0, equals);
        std::string_view value = equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
        out.push_back({percent_decode(name, true).value_or(std::string(name)),
                       percent_decode(value, true).value_or(std::string(value)), equals != std::string_view::npos});
    }
    return out;
}

// A field of the head, or of the query where the URL carries it.
std::string field(const http::Request& request, std::string_view name) {
    if (auto value = request.headers.find(name)) return std::string(trim(*value));
    return query_parameter(request.query, name).value_or("");
}

}  // namespace

bool takes_signature_v2(std::string_view region) { return region.empty() || among(regions, region); }

bool signature_v2_covers(std::string_view query) {
    auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
    for (const Parameter& p : parameters(query)) {
        if (!is_amz(p.name) && !among(covered, p.name) && !among(harmless, p.name)) return false;
        // A line break would let one signed line pass for two.
        if (std::ranges::any_of(p.name, is_control) || std::ranges::any_of(p.value, is_control)) return false;
        // Covered values are signed decoded: with an ampersand inside, one parameter would have the signature of two.
        if (among(covered, p.name) && p.value.find('&') != std::string::npos) return false;
    }
    return true;
}

std::string string_to_sign_v2(const http::Request& request, std::int64_t expires, std::string_view virtual_bucket) {
    std::string out = request.method + "\n" + field(request, "content-md5") + "\n" + field(request, "content-type") + "\n" +
                      std::to_string(expires) + "\n";
    std::vector<Parameter> query = parameters(request.query);

    std::map<std::string, std::string> amz;
    for (const auto& [name, value] : request.headers)
        if (is_amz(name)) amz[to_lower(name)] = canonical_value(request.headers, name);
    for (const Parameter& p : query)
        if (is_amz(p.name)) amz.try_emplace(to_lower(p.name), p.value);
    for (const auto& [name, value] : amz) out.append(name).append(1, ':').append(value).append(1, '\n');

    if (!virtual_bucket.empty()) out.append(1, '/').append(virtual_bucket);
    out.append(request.path);
    std::erase_if(query, [](const Parameter& p) { return !among(covered, p.name); });
    std::ranges::stable_sort(query, {}, &Parameter::name);
    char separator = '?';
    for (const Parameter& p : query) {
        out.append(1, separator).append(p.name);
        if (p.has_value) out.append(1, '=').append(p.value);
        separator = '&';
    }
    return out;
}

void take_headers_from_query_v2(http::Request& request) {
    for (Parameter& p : parameters(request.query)) {
        const bool signed_as_header = is_amz(p.name) || p.name == "content-type" || p.name == "content-md5";
        if (signed_as_header && !request.headers.find(p.name)) request.headers.add(std::move(p.name), std::move(p.value));
    }
}

}  // namespace sekisho::authn
