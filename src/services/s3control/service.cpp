#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "services/s3control/control.h"
#include "services/s3control/request.h"
#include "wire/errors/s3.h"

namespace sekisho::s3control {

using s3::S3;

// Defined for each operation by its file in ops/.
template <class Op>
std::unique_ptr<services::AnyOperation> make_operation(S3& s3);

namespace {

template <class... Ops>
struct List {
    static void add(services::OperationList& list, S3& s3) { (list.add(make_operation<Ops>(s3)), ...); }
};

}  // namespace

// The service's list.
using Operations = List<                //
    struct CreateAccessPoint,           //
    struct DeleteAccessPoint,           //
    struct DeleteAccessPointPolicy,     //
    struct DeletePublicAccessBlock,     //
    struct GetAccessPoint,              //
    struct GetAccessPointPolicy,        //
    struct GetAccessPointPolicyStatus,  //
    struct GetPublicAccessBlock,        //
    struct ListAccessPoints,            //
    struct ListTagsForResource,         //
    struct PutAccessPointPolicy,        //
    struct PutPublicAccessBlock,        //
    struct TagResource,                 //
    struct UntagResource>;

namespace {

// Which operation, from method and path; empty: S3 Control has it, this server does not, or nobody has.
std::string_view operation_of(std::string_view method, const std::vector<std::string>& path) {
    auto pick = [&](std::string_view get, std::string_view put, std::string_view remove, std::string_view post = "") {
        return method == "GET" ? get : method == "PUT" ? put : method == "DELETE" ? remove : method == "POST" ? post : "";
    };
    if (path.front() == "accesspoint") {
        if (path.size() == 1 || path[1].empty()) return pick("ListAccessPoints", "", "");
        if (path.size() == 2) return pick("GetAccessPoint", "CreateAccessPoint", "DeleteAccessPoint");
        if (path.size() == 3 && path[2] == "policy")
            return pick("GetAccessPointPolicy", "PutAccessPointPolicy", "DeleteAccessPointPolicy");
        if (path.size() == 3 && path[2] == "policyStatus") return pick("GetAccessPointPolicyStatus", "", "");
    }
    if (path.size() == 2 && path[0] == "configuration" && path[1] == "publicAccessBlock")
        return pick("GetPublicAccessBlock", "PutPublicAccessBlock", "DeletePublicAccessBlock");
    if (path.size() == 2 && path[0] == "tags") return pick("ListTagsForResource", "", "UntagResource", "TagResource");
    return "";
}

class S3Control final : public services::Service {
   public:
    explicit S3Control(S3& s3) { Operations::add(operations_, s3); }

    std::string_view name() const override { return "s3control"; }
    std::string_view scope() const override { return "s3"; }
    bool streams_body() const override { return true; }

    Result<const services::AnyOperation*> find(services::Call& call) const override {
        call.dialect = wire::Dialect::s3_control;
        if (!call.request.query.empty()) {
            auto params = wire::Params::parse(call.request.query, true);
            if (!params) return fail(error::s3::InvalidURI);
            call.params = std::move(*params);
        }
        auto path = segments_of(call);
        if (!path) return fail(std::move(path.error()));
        const services::AnyOperation* found = operations_.find(operation_of(call.request.method, *path));
        if (!found) return fail(error::NotImplemented, "This server does not implement the requested operation.");
        return found;
    }

   private:
    services::OperationList operations_;
};

}  // namespace

std::unique_ptr<services::Service> service(S3& s3) { return std::make_unique<S3Control>(s3); }

}  // namespace sekisho::s3control
