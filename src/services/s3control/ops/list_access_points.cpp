#include "services/s3control/op.h"

namespace sekisho::s3control {

struct ListAccessPoints {
    static constexpr std::string_view name = "ListAccessPoints";
    static constexpr std::uint64_t results_max = 1000;

    struct Input {
        AccountId account;
        std::string bucket;  // empty: all
        std::string after;   // the name that the last page ended with
        std::uint64_t max = results_max;
    };

    static Result<Input> parse(const Call& call) {
        auto account = account_of(call);
        if (!account) return fail(std::move(account.error()));
        Input in{std::move(*account), call.params.get("bucket"), call.params.get("nextToken")};
        if (auto text = call.params.find("maxResults")) {
            auto number = parse_u64(*text);
            if (!number || *number > results_max) return fail(error::s3::InvalidRequest, "maxResults must be from 0 to 1000.");
            if (*number > 0) in.max = *number;
        }
        return in;
    }

    static Asks asks(Input& in, const Call&, S3&) { return s3::only(ask_account("s3:ListAccessPoints", in.account)); }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        std::shared_ptr<const BucketState> state = s3.buckets.read();
        wire::XmlWriter xml;
        xml.open("ListAccessPointsResult", control_namespace).open("AccessPointList");
        std::uint64_t count = 0;
        std::string last, more;
        for (const auto& [id, point] : state->access_points) {
            if (point->account != in->account || point->region != call.region) continue;
            if (point->name <= in->after || (!in->bucket.empty() && point->bucket != in->bucket)) continue;
            if (count == in->max) {
                more = last;
                break;
            }
            ++count;
            last = point->name;
            xml.open("AccessPoint").text("Name", point->name).text("NetworkOrigin", point->network_origin());
            if (!point->vpc().empty()) xml.open("VpcConfiguration").text("VpcId", point->vpc()).close();
            xml.text("Bucket", point->bucket).text("AccessPointArn", point->arn()).text("Alias", point->alias);
            xml.text("BucketAccountId", point->bucket_account.value).close();
        }
        xml.close();
        if (!more.empty()) xml.text("NextToken", more);
        xml.close();
        co_return s3::xml_reply(xml.take());
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<ListAccessPoints>(S3&);

}  // namespace sekisho::s3control
