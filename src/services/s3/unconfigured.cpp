#include "services/s3/unconfigured.h"

#include "services/s3/op.h"
#include "services/s3/xml_body.h"

namespace sekisho::s3 {

namespace {

using namespace error::s3;

struct Row {
    std::string_view name, action;
    const ErrorCode* error = nullptr;  // the answer; nullptr:
    std::string_view element = {};     // an empty document of this element; "": 204
    std::string_view content = {};     // what stands in it
};

constexpr std::string_view none_more = "<IsTruncated>false</IsTruncated>";

// Actions: Service Authorization Reference. Several GETs and DELETEs share the Put action's or the Get action's name.
constexpr Row rows[] = {
    {"GetBucketAccelerateConfiguration", "s3:GetAccelerateConfiguration", nullptr, "AccelerateConfiguration"},
    {"GetBucketAnalyticsConfiguration", "s3:GetAnalyticsConfiguration", &NoSuchConfiguration},
    {"ListBucketAnalyticsConfigurations", "s3:GetAnalyticsConfiguration", nullptr, "ListBucketAnalyticsConfigurationsResult",
     none_more},
    {"DeleteBucketAnalyticsConfiguration", "s3:PutAnalyticsConfiguration", &NoSuchConfiguration},
    {"GetBucketIntelligentTieringConfiguration", "s3:GetIntelligentTieringConfiguration", &NoSuchConfiguration},
    {"ListBucketIntelligentTieringConfigurations", "s3:GetIntelligentTieringConfiguration", nullptr,
     "ListBucketIntelligentTieringConfigurationsOutput", none_more},
    {"DeleteBucketIntelligentTieringConfiguration", "s3:PutIntelligentTieringConfiguration", &NoSuchConfiguration},
    {"GetBucketInventoryConfiguration", "s3:GetInventoryConfiguration", &NoSuchConfiguration},
    {"ListBucketInventoryConfigurations", "s3:GetInventoryConfiguration", nullptr, "ListInventoryConfigurationsResult",
     none_more},
    {"DeleteBucketInventoryConfiguration", "s3:PutInventoryConfiguration", &NoSuchConfiguration},
    {"GetBucketLogging", "s3:GetBucketLogging", nullptr, "BucketLoggingStatus"},
    {"GetBucketMetricsConfiguration", "s3:GetMetricsConfiguration", &NoSuchConfiguration},
    {"ListBucketMetricsConfigurations", "s3:GetMetricsConfiguration", nullptr, "ListMetricsConfigurationsResult", none_more},
    {"DeleteBucketMetricsConfiguration", "s3:PutMetricsConfiguration", &NoSuchConfiguration},
    {"GetBucketNotificationConfiguration", "s3:GetBucketNotification", nullptr, "NotificationConfiguration"},
    {"GetBucketReplication", "s3:GetReplicationConfiguration", &ReplicationConfigurationNotFoundError},
    {"DeleteBucketReplication", "s3:PutReplicationConfiguration"},
    {"GetBucketRequestPayment", "s3:GetBucketRequestPayment", nullptr, "RequestPaymentConfiguration",
     "<Payer>BucketOwner</Payer>"},
    {"GetBucketWebsite", "s3:GetBucketWebsite", &NoSuchWebsiteConfiguration},
    {"DeleteBucketWebsite", "s3:DeleteBucketWebsite"},
};

Result<Reply> answer(const Row& row, const Bucket& bucket) {
    if (row.error) return fail(*row.error, std::string(row.error->text), {{"BucketName", bucket.name}});
    if (row.element.empty()) return empty_reply(204);
    std::string document = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    document += fmt::format("<{0} {1}>{2}</{0}>", row.element, s3_namespace, row.content);
    return xml_reply(std::move(document));
}

struct UnconfiguredCall final : services::Prepared {
    UnconfiguredCall(const Row& row, BucketPtr bucket, Asks asks)
        : row(row), bucket(std::move(bucket)), asked(std::move(asks)) {}
    const std::vector<Ask>& asks() const override { return asked; }
    bool each() const override { return false; }
    Task<Result<Reply>> run(authz::Approval) override { co_return answer(row, *bucket); }

    const Row& row;
    BucketPtr bucket;
    Asks asked;
};

class Unconfigured final : public services::AnyOperation {
   public:
    Unconfigured(const Row& row, S3& s3) : row_(row), s3_(s3) {}
    std::string_view name() const override { return row_.name; }

    Task<Result<std::unique_ptr<services::Prepared>>> prepare(Call& call) const override {
        auto bucket = addressed_bucket(call, s3_);
        if (!bucket) co_return fail(std::move(bucket.error()));
        Result<Asks> asks = complete(only(ask_bucket(row_.action, **bucket, call)), s3_);
        if (!asks) co_return fail(std::move(asks.error()));
        co_return std::unique_ptr<services::Prepared>(std::make_unique<UnconfiguredCall>(row_, *bucket, std::move(*asks)));
    }

   private:
    const Row& row_;
    S3& s3_;
};

}  // namespace

void add_unconfigured(services::OperationList& list, S3& s3) {
    for (const Row& row : rows) list.add(std::make_unique<Unconfigured>(row, s3));
}

}  // namespace sekisho::s3
