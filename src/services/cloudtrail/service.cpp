#include "services/cloudtrail/ops/lookup_events.h"

namespace sekisho::cloudtrail {

namespace {

constexpr ErrorCode UnknownOperationException{"UnknownOperationException", 501, "This operation is not implemented."};

class Service final : public services::Service {
   public:
    explicit Service(Cloudtrail& cloudtrail) : list_(services::operations<Cloudtrail, LookupEvents>(cloudtrail)) {}
    std::string_view name() const override { return "cloudtrail"; }
    Result<const services::AnyOperation*> find(services::Call& call) const override {
        // Newer clients write the short form of the target.
        call.dialect = wire::Dialect::json;
        std::string_view target = call.request.headers.find("x-amz-target").value_or("");
        for (std::string_view prefix : {"com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.", "CloudTrail_20131101."})
            if (target.starts_with(prefix))
                if (const auto* operation = list_.find(target.substr(prefix.size()))) return operation;
        return fail(UnknownOperationException);
    }

   private:
    services::OperationList list_;
};

}  // namespace

std::unique_ptr<services::Service> service(Cloudtrail& cloudtrail) { return std::make_unique<Service>(cloudtrail); }

}  // namespace sekisho::cloudtrail
