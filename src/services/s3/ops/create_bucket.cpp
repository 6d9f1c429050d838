#include "services/s3/acl_request.h"
#include "services/s3/names.h"
#include "services/s3/op.h"
#include "services/s3/payload.h"
#include "services/s3/tags.h"
#include "services/s3/xml_body.h"

#include <algorithm>

#include <pugixml.hpp>

namespace sekisho::s3 {

namespace {

constexpr std::size_t document_bytes_max = 64 * 1024;
constexpr std::string_view first_region = "us-east-1";  // where an absent location constraint puts a bucket

// The region of the endpoint that was asked: of the host name where it is AWS's, else what the signature names.
std::string endpoint_region(const Call& call, const S3& s3) {
    HostName host = parse_host(call.request.headers.find("Host").value_or(""), s3.settings.host_suffixes);
    if (!host.region) return call.region.value;
    return host.region->empty() ? std::string(first_region) : *host.region;
}

Result<Region> region_of_new_bucket(const std::string& constraint, const std::string& endpoint, const S3& s3) {
    if (constraint.empty()) {
        if (endpoint == first_region) return Region(endpoint);
        return fail(error::s3::IllegalLocationConstraintException,
                    "The unspecified location constraint is incompatible for the region specific endpoint this request was "
                    "sent to.");
    }
    std::string region = constraint == "EU" ? "eu-west-1" : constraint;
    if (region == first_region || std::ranges::find(s3.settings.regions, region) == s3.settings.regions.end())
        return fail(error::s3::InvalidLocationConstraint, std::string(error::s3::InvalidLocationConstraint.text),
                    {{"LocationConstraint", constraint}});
    if (endpoint != first_region && endpoint != region)
        return fail(error::s3::IllegalLocationConstraintException,
                    fmt::format("The {} location constraint is incompatible for the region specific endpoint this request was "
                                "sent to.",
                                constraint));
    return Region(region);
}

Result<std::string> parse_ownership(const Call& call) {
    auto ownership = header(call, "x-amz-object-ownership");
    if (!ownership) return std::string(bucket_owner_enforced);
    for (std::string_view known : {bucket_owner_enforced, bucket_owner_preferred, object_writer})
        if (*ownership == known) return std::string(known);
    return fail(error::s3::InvalidArgument, "Invalid x-amz-object-ownership header: " + std::string(*ownership));
}

}  // namespace

struct CreateBucket {
    static constexpr std::string_view name = "CreateBucket";

    struct Input {
        std::string ownership;
        std::string constraint;  // as given
        Region region;
        std::optional<Tags> tags;
        std::optional<Grants> acl;
        bool object_lock = false;
    };

    static Result<Input> parse(const Call& call) {
        if (!valid_bucket_name(call.bucket))
            return fail(error::s3::InvalidBucketName, std::string(error::s3::InvalidBucketName.text),
                        {{"BucketName", call.bucket}});
        auto ownership = parse_ownership(call);
        if (!ownership) return fail(std::move(ownership.error()));
        auto lock = header(call, "x-amz-bucket-object-lock-enabled");
        if (lock && !equal_ignoring_case(*lock, "false") && !equal_ignoring_case(*lock, "true"))
            return fail(error::s3::InvalidArgument, std::string(error::s3::InvalidArgument.text),
                        {{"ArgumentName", "x-amz-bucket-object-lock-enabled"}, {"ArgumentValue", std::string(*lock)}});
        const bool locks = lock && equal_ignoring_case(*lock, "true");
        return Input{std::move(*ownership), "", Region(), std::nullopt, std::nullopt, locks};
    }

    static Result<void> read_acl(Input& in, const Call& call, const S3& s3) {
        auto headers = read_acl_headers(call.request.headers, account_of(s3));
        if (!headers) return fail(std::move(headers.error()));
        Grants grants = headers->grants ? *headers->grants : canned_acl(headers->canned, call.account, nullptr);
        in.acl = unless_default(std::move(grants), call.account);
        if (!in.acl) return {};
        if (in.ownership == bucket_owner_enforced) return fail(error::s3::InvalidBucketAclWithObjectOwnership);
        // A new bucket blocks public access ("If you try to create a bucket with a public ACL, the request will fail": API
        // reference, CreateBucket).
        if (is_public(*in.acl)) return fail(error::s3::InvalidBucketAclWithBlockPublicAccessError);
        return {};
    }

    static Result<void> read_configuration(Input& in, const std::string& document) {
        if (document.empty()) return {};
        auto body = XmlBody::parse(document);
        if (!body) return fail(std::move(body.error()));
        if (local_name(body->root()) != "CreateBucketConfiguration") return fail(error::s3::MalformedXML);
        // Bucket and Location belong to directory buckets, which are another service.
        if (child(body->root(), "Bucket") || child(body->root(), "Location")) return fail(error::NotImplemented);
        in.constraint = child_text(body->root(), "LocationConstraint").value_or("");
        if (pugi::xml_node list = child(body->root(), "Tags")) {
            auto tags = parse_tag_list(list, bucket_tags_max);
            if (!tags) return fail(std::move(tags.error()));
            if (!tags->empty()) in.tags = std::move(*tags);
        }
        return {};
    }

    static Task<Result<Asks>> asks(Input& in, const Call& call, S3& s3) {
        Result<std::string> document = co_await read_document(call, document_bytes_max);
        if (!document) co_return fail(std::move(document.error()));
        if (auto read = read_configuration(in, *document); !read) co_return fail(std::move(read.error()));
        auto region = region_of_new_bucket(in.constraint, endpoint_region(call, s3), s3);
        if (!region) co_return fail(std::move(region.error()));
        in.region = std::move(*region);

        if (auto acl = read_acl(in, call, s3); !acl) co_return fail(std::move(acl.error()));

        Asks asks;
        auto ask = [&](std::string_view action) -> Ask& {
            Ask one = ask_account(action, call);
            one.resource = "arn:aws:s3:::" + call.bucket;
            add_header_keys(one, call);
            if (!in.constraint.empty()) one.context.set("s3:locationconstraint", in.constraint);
            if (in.tags) add_resource_tags(one, *in.tags);
            asks.push_back(std::move(one));
            return asks.back();
        };
        ask("s3:CreateBucket");
        // "If you set the ACL to private, or if you don't specify any ACLs, only the s3:CreateBucket permission is required."
        if (in.acl) ask("s3:PutBucketAcl");
        if (header(call, "x-amz-object-ownership")) ask("s3:PutBucketOwnershipControls");
        if (in.tags) ask("s3:TagResource");
        // "If ObjectLockEnabledForBucket is set to true …, s3:PutBucketObjectLockConfiguration and s3:PutBucketVersioning
        // permissions are required."
        if (in.object_lock) ask("s3:PutBucketObjectLockConfiguration");
        if (in.object_lock) ask("s3:PutBucketVersioning");
        co_return asks;
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        Bucket bucket;
        bucket.name = call.bucket;
        bucket.id = s3.entropy.hex(32);
        bucket.owner = call.account;
        bucket.region = in->region;
        bucket.created_ms = s3.now_ms();
        bucket.shards = s3.settings.shards;
        bucket.ownership = in->ownership;
        bucket.tags = in->tags;
        bucket.set_acl(in->acl);
        if (in->object_lock) {
            bucket.object_lock.emplace();
            bucket.versioning = versioning_enabled;
            bucket.versioning_changes = 1;
        }
        // The shards are open before the bucket is there, so that its first object finds them so.
        for (int shard = 0; shard < bucket.shards; ++shard) {
            store::Commit commit;
            commit.partition = partition_of_shard(bucket, shard);
            commit.put(std::string(open_row), open_value_of(bucket));
            co_await s3.tables.commit(std::move(commit));
        }
        std::function<Result<bool>(BucketState&)> change = [bucket, &settings = s3.settings](BucketState& state) {
            return add(state, bucket, settings);
        };
        Result<bool> created = co_await s3.buckets.change<bool>(std::move(change));
        if (!created || !*created) {
            for (int shard = 0; shard < bucket.shards; ++shard) {
                store::Commit commit;
                commit.partition = partition_of_shard(bucket, shard);
                commit.erase(std::string(open_row));
                co_await s3.tables.commit(std::move(commit));
            }
        }
        if (!created) co_return fail(std::move(created.error()));
        Reply reply = empty_reply(200);
        reply.headers.add("Location", "/" + bucket.name);
        reply.headers.add("x-amz-bucket-arn", bucket.arn());
        co_return reply;
    }

    // Whether it was added; false: it is there already, and creating it again changes nothing but its ACL.
    static Result<bool> add(BucketState& state, const Bucket& bucket, const Settings& settings) {
        if (const Bucket* there = state.buckets.find(bucket.name)) {
            if (there->owner != bucket.owner)
                return fail(error::s3::BucketAlreadyExists, std::string(error::s3::BucketAlreadyExists.text),
                            {{"BucketName", bucket.name}});
            if (there->region.value == first_region && bucket.region == there->region) {
                // "returns 200 OK and resets the bucket access control lists (ACLs)"
                if (!there->acls_enabled() || (!there->acl() && !bucket.acl())) return false;
                Bucket reset = *there;
                reset.set_acl(bucket.acl() ? std::optional(bucket.acl()->grants) : std::nullopt);
                state.buckets.put(reset.name, reset);
                return false;
            }
            return fail(error::s3::BucketAlreadyOwnedByYou, std::string(error::s3::BucketAlreadyOwnedByYou.text),
                        {{"BucketName", bucket.name}});
        }
        // A host name that begins with it may mean an access point already.
        if (is_label_of_access_point(state, bucket.name, settings.regions))
            return fail(error::s3::BucketAlreadyExists, std::string(error::s3::BucketAlreadyExists.text),
                        {{"BucketName", bucket.name}});
        std::size_t owned = 0;
        for (const auto& [name, other] : state.buckets) owned += other->owner == bucket.owner;
        if (owned >= settings.buckets_per_account_max) return fail(error::s3::TooManyBuckets);
        state.buckets.put(bucket.name, bucket);
        return true;
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<CreateBucket>(S3&);

}  // namespace sekisho::s3
