#include "services/s3control/op.h"

namespace sekisho::s3control {

struct GetAccessPointPolicy {
    static constexpr std::string_view name = "GetAccessPointPolicy";
    using Input = OnAccessPoint;

    static Result<Input> parse(const Call& call) { return parse_access_point(call); }

    static Asks asks(Input& in, const Call& call, S3& s3) {
        return s3::only(ask_access_point("s3:GetAccessPointPolicy", in, call, s3));
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call&, S3& s3) {
        auto point = need_access_point(s3, *in);
        if (!point) co_return fail(std::move(point.error()));
        if ((*point)->policy().empty())
            co_return fail(error::s3::NoSuchAccessPointPolicy, std::string(error::s3::NoSuchAccessPointPolicy.text),
                           {{"AccessPointName", in->name}});
        wire::XmlWriter xml;
        xml.open("GetAccessPointPolicyResult", control_namespace).text("Policy", (*point)->policy()).close();
        co_return s3::xml_reply(xml.take());
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<GetAccessPointPolicy>(S3&);

}  // namespace sekisho::s3control
