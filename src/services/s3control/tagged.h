// What can be tagged by its ARN: buckets and access points.
#pragma once

#include "services/s3control/op.h"

namespace sekisho::s3control {

struct Tagged {
    AccountId account;
    std::string bucket;         // either
    OnAccessPoint point;        // or
    s3::BucketPtr asked_about;  // the bucket
};
Result<Tagged> parse_tagged(const Call& call);
Result<Asks> ask_tagged(std::string_view action, Tagged& in, const Call& call, S3& s3);

Result<s3::Tags> tags_of(const BucketState& state, const Tagged& in);
Task<Result<void>> change_tags(S3& s3, Tagged in, std::function<Result<void>(s3::Tags&)> change);

}  // namespace sekisho::s3control
