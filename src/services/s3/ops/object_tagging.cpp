// GetObjectTagging, PutObjectTagging, DeleteObjectTagging.
#include "services/s3/object_read.h"
#include "services/s3/op.h"
#include "services/s3/payload.h"
#include "services/s3/tags.h"
#include "services/s3/xml_body.h"

#include <pugixml.hpp>

namespace sekisho::s3 {

namespace {

Task<Result<Reply>> set_tags(S3& s3, const Call& call, Target target, Tags tags, int status) {
    if (auto there = require_object(target, call); !there) co_return fail(std::move(there.error()));
    Reply reply = empty_reply(status);
    add_version_id(reply, target);
    std::function<void(ObjectRow&)> change = [tags = std::move(tags)](ObjectRow& row) { row.tags = tags; };
    Result<void> changed = co_await change_object(s3, std::move(target), std::move(change));
    if (!changed) co_return fail(std::move(changed.error()));
    co_return reply;
}

}  // namespace

struct GetObjectTagging {
    static constexpr std::string_view name = "GetObjectTagging";
    using Input = Target;

    static Result<Input> parse(const Call& call) {
        if (auto version = check_version_id(call); !version) return fail(std::move(version.error()));
        return Input{};
    }

    static Task<Result<Asks>> asks(Input& in, const Call& call, S3& s3) {
        return ask_about(in, call, s3, {"s3:GetObjectTagging", "s3:GetObjectVersionTagging"});
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3&) {
        if (auto there = require_object(*in, call); !there) co_return fail(std::move(there.error()));
        Reply reply = xml_reply(tagging_document(in->found->row.tags));
        add_version_id(reply, *in);
        co_return reply;
    }
};

struct PutObjectTagging {
    static constexpr std::string_view name = "PutObjectTagging";
    static constexpr std::size_t document_bytes_max = 64 * 1024;

    struct Input : Target {
        Tags tags;
    };

    static Result<Input> parse(const Call& call) {
        if (auto version = check_version_id(call); !version) return fail(std::move(version.error()));
        return Input{};
    }

    static Task<Result<Asks>> asks(Input& in, const Call& call, S3& s3) {
        Result<Asks> asks = co_await ask_about(in, call, s3, {"s3:PutObjectTagging", "s3:PutObjectVersionTagging"});
        if (!asks) co_return asks;
        Result<std::string> document = co_await read_document(call, document_bytes_max);
        if (!document) co_return fail(std::move(document.error()));
        auto body = XmlBody::parse(*document);
        if (!body) co_return fail(std::move(body.error()));
        auto tags = parse_tagging_document(body->root(), object_tags_max);
        if (!tags) co_return fail(std::move(tags.error()));
        in.tags = std::move(*tags);
        add_request_tags(asks->front(), in.tags);
        co_return asks;
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        co_return co_await set_tags(s3, call, *in, in->tags, 200);
    }
};

struct DeleteObjectTagging {
    static constexpr std::string_view name = "DeleteObjectTagging";
    using Input = Target;

    static Result<Input> parse(const Call& call) {
        if (auto version = check_version_id(call); !version) return fail(std::move(version.error()));
        return Input{};
    }

    static Task<Result<Asks>> asks(Input& in, const Call& call, S3& s3) {
        return ask_about(in, call, s3, {"s3:DeleteObjectTagging", "s3:DeleteObjectVersionTagging"});
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        Tags none;
        co_return co_await set_tags(s3, call, *in, std::move(none), 204);
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<GetObjectTagging>(S3&);
template std::unique_ptr<services::AnyOperation> make_operation<PutObjectTagging>(S3&);
template std::unique_ptr<services::AnyOperation> make_operation<DeleteObjectTagging>(S3&);

}  // namespace sekisho::s3
