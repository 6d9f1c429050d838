// What every operation file in ops/ includes.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "services/operation.h"
#include "services/s3/asks.h"
#include "services/s3/payload.h"
#include "services/s3/s3.h"
#include "services/s3/through.h"
#include "services/s3/xml_body.h"
#include "services/s3control/request.h"
#include "wire/errors/s3.h"
#include "wire/xml.h"

namespace sekisho::s3control {

using authz::Ask;
using authz::Authorized;
using http::Reply;
using s3::AccessPoint;
using s3::BucketState;
using s3::S3;
using services::Call;

using Asks = std::vector<Ask>;

inline constexpr std::string_view control_namespace = "xmlns=\"http://awss3control.amazonaws.com/doc/2018-08-20/\"";
inline constexpr std::size_t document_bytes_max = 512 * 1024;

// The whole input of operations on one access point.
struct OnAccessPoint {
    AccountId account;
    std::string name;
    std::string id;                                            // of its row
    std::shared_ptr<const AccessPoint> asked_about = nullptr;  // what was decided about; a change is made to this one only
};
Result<OnAccessPoint> parse_access_point(const Call& call);
Ask ask_access_point(std::string_view action, OnAccessPoint& in, const Call& call, const S3& s3);
Ask ask_account(std::string_view action, const AccountId& account);  // about no resource of it in particular

Result<std::shared_ptr<const AccessPoint>> need_access_point(const S3& s3, const OnAccessPoint& in);  // NoSuchAccessPoint
Task<Result<void>> change_access_point(S3& s3, OnAccessPoint in,
                                       std::function<Result<void>(AccessPoint&, const BucketState&)> change);

Reply empty_reply(int status);

// Each operation's file ends with `template std::unique_ptr<services::AnyOperation> make_operation<Op>(S3&);`, and the
// service's list (service.cpp) names Op.
template <class Op>
std::unique_ptr<services::AnyOperation> make_operation(S3& s3) {
    return services::operation<Op>(s3);
}

}  // namespace sekisho::s3control
