#include "services/s3/principals.h"
#include "services/s3control/op.h"

#include <pugixml.hpp>

namespace sekisho::s3control {

struct PutAccessPointPolicy {
    static constexpr std::string_view name = "PutAccessPointPolicy";
    using Input = OnAccessPoint;

    static Result<Input> parse(const Call& call) { return parse_access_point(call); }

    static Asks asks(Input& in, const Call& call, S3& s3) {
        return s3::only(ask_access_point("s3:PutAccessPointPolicy", in, call, s3));
    }

    static constexpr std::size_t policy_bytes_max = 20 * 1024;

    // <PutAccessPointPolicyRequest><Policy>…
    static Result<std::string> policy_in(const std::string& document) {
        auto body = s3::XmlBody::parse(document);
        if (!body || s3::local_name(body->root()) != "PutAccessPointPolicyRequest") return fail(error::s3::MalformedXML);
        auto policy = s3::child_text(body->root(), "Policy");
        if (!policy || policy->empty()) return fail(error::s3::MalformedXML);
        if (policy->size() > policy_bytes_max)
            return fail(error::s3::MalformedPolicy, "Policy exceeds the maximum allowed document size.");
        return std::move(*policy);
    }

    // A public policy is refused where the access point, its account, its bucket or the bucket's account blocks such.
    static bool blocks_public_policy(const AccessPoint& point, const BucketState& state) {
        const s3::Bucket* bucket = state.buckets.find(point.bucket);
        return point.public_access_block.block_public_policy || state.blocks_public_policy(point.account) ||
               (bucket && (bucket->blocks_public_policy() || state.blocks_public_policy(bucket->owner)));
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        Result<std::string> document = co_await s3::read_document(call, document_bytes_max);
        if (!document) co_return fail(std::move(document.error()));
        Result<std::string> policy = policy_in(*document);
        if (!policy) co_return fail(std::move(policy.error()));
        std::function<Result<void>(AccessPoint&, const BucketState&)> change =
            [policy = std::move(*policy), &s3, caller = in.caller().arn](AccessPoint& point,
                                                                         const BucketState& state) -> Result<void> {
            auto valid = policy::validate(policy, policy::Kind::resource, point.arn());
            if (!valid) return fail(std::move(valid.error()));
            if (auto principals = s3::check_principals(**valid, s3); !principals) return principals;
            point.set_policy(policy);
            if (point.policy_is_public() && blocks_public_policy(point, state))
                return fail(error::AccessDenied,
                            fmt::format("User: {} is not authorized to perform: s3:PutAccessPointPolicy on resource: \"{}\" "
                                        "because public policies are prevented by the BlockPublicPolicy setting in S3 Block "
                                        "Public Access.",
                                        caller, point.arn()));
            return {};
        };
        Result<void> changed = co_await change_access_point(s3, *in, std::move(change));
        if (!changed) co_return fail(std::move(changed.error()));
        co_return empty_reply(200);
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<PutAccessPointPolicy>(S3&);

}  // namespace sekisho::s3control
