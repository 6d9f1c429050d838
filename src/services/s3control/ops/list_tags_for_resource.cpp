#include "services/s3control/op.h"
#include "services/s3control/tagged.h"

namespace sekisho::s3control {

struct ListTagsForResource {
    static constexpr std::string_view name = "ListTagsForResource";
    using Input = Tagged;

    static Result<Input> parse(const Call& call) { return parse_tagged(call); }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) { return ask_tagged("s3:ListTagsForResource", in, call, s3); }

    static Task<Result<Reply>> run(Authorized<Input> in, Call&, S3& s3) {
        auto tags = tags_of(*s3.buckets.read(), *in);
        if (!tags) co_return fail(std::move(tags.error()));
        wire::XmlWriter xml;
        xml.open("ListTagsForResourceResult", control_namespace).open("Tags");
        for (const auto& [key, value] : *tags) xml.open("Tag").text("Key", key).text("Value", value).close();
        xml.close().close();
        co_return s3::xml_reply(xml.take());
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<ListTagsForResource>(S3&);

}  // namespace sekisho::s3control
