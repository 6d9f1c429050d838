#include "services/s3/tags.h"
#include "services/s3control/op.h"
#include "services/s3control/tagged.h"

#include <pugixml.hpp>

namespace sekisho::s3control {

struct TagResource {
    static constexpr std::string_view name = "TagResource";

    struct Input : Tagged {
        s3::Tags tags;
    };

    static Result<Input> parse(const Call& call) {
        auto tagged = parse_tagged(call);
        if (!tagged) return fail(std::move(tagged.error()));
        return Input{std::move(*tagged), {}};
    }

    static Task<Result<Asks>> asks(Input& in, const Call& call, S3& s3) {
        Result<std::string> document = co_await s3::read_document(call, document_bytes_max);
        if (!document) co_return fail(std::move(document.error()));
        auto body = s3::XmlBody::parse(*document);
        if (!body || s3::local_name(body->root()) != "TagResourceRequest") co_return fail(error::s3::MalformedXML);
        auto tags = s3::parse_tag_list(s3::child(body->root(), "Tags"), s3::bucket_tags_max);
        if (!tags) co_return fail(std::move(tags.error()));
        in.tags = std::move(*tags);
        Result<Asks> asks = ask_tagged("s3:TagResource", in, call, s3);
        if (asks) s3::add_resource_tags(asks->front(), in.tags);
        co_return asks;
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call&, S3& s3) {
        std::function<Result<void>(s3::Tags&)> change = [more = in->tags](s3::Tags& tags) -> Result<void> {
            for (const auto& [key, value] : more) tags[key] = value;
            if (tags.size() > s3::bucket_tags_max)
                return fail(error::s3::BadRequest,
                            fmt::format("Bucket tag count cannot be greater than {}", s3::bucket_tags_max));
            return {};
        };
        Result<void> changed = co_await change_tags(s3, *in, std::move(change));
        if (!changed) co_return fail(std::move(changed.error()));
        co_return empty_reply(204);
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<TagResource>(S3&);

}  // namespace sekisho::s3control
