// GetObjectAcl, PutObjectAcl.
#include "services/s3/acl_request.h"
#include "services/s3/object_read.h"
#include "services/s3/op.h"
#include "services/s3/xml_body.h"

namespace sekisho::s3 {

struct GetObjectAcl {
    static constexpr std::string_view name = "GetObjectAcl";
    using Input = Target;

    static Result<Input> parse(const Call& call) {
        if (auto version = check_version_id(call); !version) return fail(std::move(version.error()));
        return Input{};
    }

    static Task<Result<Asks>> asks(Input& in, const Call& call, S3& s3) {
        return ask_about(in, call, s3, {"s3:GetObjectAcl", "s3:GetObjectVersionAcl"});
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3&) {
        if (auto there = require_object(*in, call); !there) co_return fail(std::move(there.error()));
        const ObjectRow& row = in->found->row;
        Reply reply =
            xml_reply(acl_document(owner_of(*in->bucket, row.owner), in->bucket->acls_enabled() ? row.acl : std::nullopt));
        add_version_id(reply, *in);
        co_return reply;
    }
};

struct PutObjectAcl {
    static constexpr std::string_view name = "PutObjectAcl";
    using Input = Target;

    static Result<Input> parse(const Call& call) {
        if (auto version = check_version_id(call); !version) return fail(std::move(version.error()));
        return Input{};
    }

    static Task<Result<Asks>> asks(Input& in, const Call& call, S3& s3) {
        Result<Asks> asks = co_await ask_about(in, call, s3, {"s3:PutObjectAcl", "s3:PutObjectVersionAcl"});
        if (asks) add_header_keys(asks->front(), call);
        co_return asks;
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        if (auto there = require_object(*in, call); !there) co_return fail(std::move(there.error()));
        const Bucket& bucket = *in->bucket;
        Result<std::optional<Grants>> acl =
            co_await requested_acl(call, in->bucket, owner_of(bucket, in->found->row.owner), true, s3);
        if (!acl) co_return fail(std::move(acl.error()));
        // Where both forbid a public ACL, S3 names Block Public Access.
        auto allowed = check_public_acl(*acl, bucket, *s3.buckets.read(), in.caller(), name, bucket.arn(in->key));
        if (!allowed) co_return fail(std::move(allowed.error()));
        if (!bucket.acls_enabled()) co_return fail(error::s3::AccessControlListNotSupported);
        std::function<void(ObjectRow&)> change = [acl = std::move(*acl)](ObjectRow& row) { row.acl = acl; };
        Result<void> changed = co_await change_object(s3, *in, std::move(change));
        if (!changed) co_return fail(std::move(changed.error()));
        Reply reply = empty_reply(200);
        add_version_id(reply, *in);
        co_return reply;
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<GetObjectAcl>(S3&);
template std::unique_ptr<services::AnyOperation> make_operation<PutObjectAcl>(S3&);

}  // namespace sekisho::s3
