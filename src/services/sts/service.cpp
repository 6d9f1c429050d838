#include "services/query.h"
#include "services/sts/operations.h"
#include "services/sts/sts.h"

namespace sekisho::sts {

namespace {

class Service final : public services::Service {
   public:
    explicit Service(Sts& sts)
        : list_(services::operations<Sts, AssumeRole, GetCallerIdentity, GetSessionToken, GetAccessKeyInfo,
                                     DecodeAuthorizationMessage>(sts)) {}
    std::string_view name() const override { return "sts"; }
    Result<const services::AnyOperation*> find(services::Call& call) const override {
        return services::find_by_action(list_, call, "2011-06-15");
    }

   private:
    services::OperationList list_;
};

}  // namespace

std::unique_ptr<services::Service> service(Sts& sts) { return std::make_unique<Service>(sts); }

}  // namespace sekisho::sts
