#include "services/s3/op.h"
#include "services/s3/replies.h"
#include "services/s3/xml_body.h"

namespace sekisho::s3 {

struct ListBuckets {
    static constexpr std::string_view name = "ListBuckets";
    static constexpr std::int64_t buckets_max_limit = 10'000;

    struct Input {
        std::size_t buckets_max = buckets_max_limit;
        std::string prefix, region;
        std::string after;       // from the continuation token: the last name of the page before
        bool paginated = false;  // a parameter was given; then BucketRegion is shown
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        in.prefix = call.params.get("prefix");
        in.region = call.params.get("bucket-region");
        if (auto max = call.params.find("max-buckets")) {
            auto value = parse_i64(*max);
            if (!value || *value < 1 || *value > buckets_max_limit)
                return invalid_argument("max-buckets", *max, "Argument max-buckets must be an integer between 1 and 10000");
            in.buckets_max = static_cast<std::size_t>(*value);
            in.paginated = true;
        }
        if (auto token = call.params.find("continuation-token")) {
            auto after = from_hex(*token);
            if (!after || after->empty())
                return invalid_argument("continuation-token", *token, "The continuation token provided is incorrect");
            in.after = std::move(*after);
            in.paginated = true;
        }
        in.paginated = in.paginated || !in.prefix.empty() || !in.region.empty();
        return in;
    }

    static Asks asks(const Input&, const Call& call, S3&) { return only(ask_account("s3:ListAllMyBuckets", call)); }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        std::shared_ptr<const BucketState> state = s3.buckets.read();
        wire::XmlWriter xml;
        xml.open("ListAllMyBucketsResult", s3_namespace);
        write_owner(xml, "Owner", call.account);
        xml.open("Buckets");
        std::size_t shown = 0;
        std::string last;
        bool more = false;
        for (const auto& [bucket_name, bucket] : state->buckets) {
            if (bucket->owner != call.account || !bucket_name.starts_with(in->prefix) || bucket_name <= in->after) continue;
            if (!in->region.empty() && bucket->region.value != in->region) continue;
            if (shown == in->buckets_max) {
                more = true;
                break;
            }
            xml.open("Bucket").text("Name", bucket_name).text("CreationDate", xml_time(bucket->created_ms));
            if (in->paginated) xml.text("BucketRegion", bucket->region.value);
            xml.close();
            last = bucket_name;
            ++shown;
        }
        xml.close();
        if (!in->prefix.empty()) xml.text("Prefix", in->prefix);
        if (more) xml.text("ContinuationToken", to_hex(last));
        xml.close();
        co_return xml_reply(xml.take());
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<ListBuckets>(S3&);

}  // namespace sekisho::s3
