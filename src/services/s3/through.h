// Through an access point: how a request names one, and what it asks then. Who comes by an access point needs the permission of
// three: its network origin, its policy, the bucket's policy (S3 guide, "Configuring IAM policies for using access points").
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "authz/ask.h"
#include "base/result.h"
#include "base/task.h"
#include "services/operation.h"

namespace sekisho::s3 {

class S3;
struct AccessPoint;
struct BucketState;

// The access point that a bucket's name stands for: its ARN or its alias. Null: it is a bucket's own name.
// NoSuchAccessPoint: it is an access point's, but there is none.
Result<std::shared_ptr<const AccessPoint>> find_access_point(const BucketState& state, std::string_view bucket_name);
// The same of a host's first label, "name-account", in a region.
std::shared_ptr<const AccessPoint> find_access_point_of_label(const BucketState& state, std::string_view label,
                                                              const Region& region);
// Whether a bucket of this name would stand in the way of an access point of one of these regions, by its label.
bool is_label_of_access_point(const BucketState& state, std::string_view name, std::span<const std::string> regions);
// NoSuchBucket where the access point's bucket is gone. (Another account's access points do not hold a bucket; a later one of
// its name is none of theirs.)
Result<void> check_bucket_of(const BucketState& state, const AccessPoint& point);
std::unexpected<ApiError> no_such_access_point(std::string_view name);

// Whether the operation can be done by way of an access point (S3 guide, "Access point compatibility").
bool works_through_access_points(std::string_view operation);

// Which access point an ask is about besides its bucket; empty: none.
void set_access_point(authz::Ask& ask, std::string_view arn);

// Turns each ask that goes through an access point into those of the access point and of the bucket, and lets accounts' Block
// Public Access take part. As many for each of one operation's asks.
Result<std::vector<authz::Ask>> complete(std::vector<authz::Ask> asks, const S3& s3);

// An operation whose asks are complete.
template <class Op>
struct Through : Op {
    static Task<Result<std::vector<authz::Ask>>> asks(typename Op::Input& in, const services::Call& call, S3& s3) {
        Result<std::vector<authz::Ask>> asked = co_await services::detail::asks_of<Op>(in, call, s3);
        if (!asked) co_return asked;
        co_return complete(std::move(*asked), s3);
    }
};

}  // namespace sekisho::s3
