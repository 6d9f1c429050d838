// GetObjectAcl, PutObjectAcl.
#include "services/s3/acl.h"
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
        Reply reply = xml_reply(acl_document(in->found->row.owner));
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

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3&) {
        if (auto there = require_object(*in, call); !there) co_return fail(std::move(there.error()));
        Result<void> checked = co_await check_new_acl(call, in->bucket, in->found->row.owner);
        if (!checked) co_return fail(std::move(checked.error()));
        Reply reply = empty_reply(200);
        add_version_id(reply, *in);
        co_return reply;
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<GetObjectAcl>(S3&);
template std::unique_ptr<services::AnyOperation> make_operation<PutObjectAcl>(S3&);

}  // namespace sekisho::s3
