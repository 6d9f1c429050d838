#include "services/s3/replies.h"
#include "services/s3control/op.h"

namespace sekisho::s3control {

struct GetAccessPoint {
    static constexpr std::string_view name = "GetAccessPoint";
    using Input = OnAccessPoint;

    static Result<Input> parse(const Call& call) { return parse_access_point(call); }

    static Asks asks(Input& in, const Call& call, S3& s3) {
        return s3::only(ask_access_point("s3:GetAccessPoint", in, call, s3));
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call&, S3& s3) {
        auto point = need_access_point(s3, *in);
        if (!point) co_return fail(std::move(point.error()));
        co_return s3::xml_reply(document(**point));
    }

    static std::string document(const AccessPoint& point) {
        wire::XmlWriter xml;
        xml.open("GetAccessPointResult", control_namespace);
        xml.text("Name", point.name).text("Bucket", point.bucket).text("NetworkOrigin", point.network_origin());
        if (!point.vpc().empty()) xml.open("VpcConfiguration").text("VpcId", point.vpc()).close();
        s3::write_public_access_block(xml, point.public_access_block);
        xml.text("CreationDate", s3::xml_time(point.created_ms)).text("Alias", point.alias);
        xml.text("AccessPointArn", point.arn()).open("Endpoints");
        auto endpoint = [&](std::string_view kind, std::string_view service) {
            xml.open("entry").text("key", kind);
            xml.text("value", fmt::format("{}.{}.amazonaws.com", service, point.region.value)).close();
        };
        endpoint("ipv4", "s3-accesspoint");
        endpoint("dualstack", "s3-accesspoint.dualstack");
        xml.close().text("BucketAccountId", point.bucket_account.value).close();
        return xml.take();
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<GetAccessPoint>(S3&);

}  // namespace sekisho::s3control
