#include "services/s3control/tagged.h"

namespace sekisho::s3control {

namespace {

constexpr std::string_view bucket_arn = "arn:aws:s3:::";

std::unexpected<ApiError> no_such_bucket(const std::string& name) {
    return fail(error::s3::NoSuchBucket, std::string(error::s3::NoSuchBucket.text), {{"BucketName", name}});
}

}  // namespace

Result<Tagged> parse_tagged(const Call& call) {
    auto account = account_of(call);
    if (!account) return fail(std::move(account.error()));
    auto segments = segments_of(call);
    if (!segments) return fail(std::move(segments.error()));
    const std::string& arn = segments->at(1);
    Tagged in;
    in.account = std::move(*account);
    if (arn.starts_with(bucket_arn) && arn.find('/') == std::string::npos) {
        in.bucket = arn.substr(bucket_arn.size());
        return in;
    }
    auto id = s3::access_point_of_arn(arn);
    if (!id) return fail(error::s3::InvalidRequest, "The ARN of the resource is not valid.");
    in.point = {in.account, id->substr(id->rfind('/') + 1), *id};
    // An access point belongs to the account and the region of its ARN.
    if (*id != s3::access_point_id(in.account, call.region, in.point.name)) return fail(error::s3::NoSuchResource);
    return in;
}

Result<Asks> ask_tagged(std::string_view action, Tagged& in, const Call& call, S3& s3) {
    if (in.bucket.empty()) return s3::only(ask_access_point(action, in.point, call, s3));
    in.asked_about = s3.find_bucket(in.bucket);
    if (!in.asked_about) return no_such_bucket(in.bucket);
    if (in.asked_about->owner != in.account) return fail(error::AccessDenied);
    return s3::complete(s3::only(s3::ask_bucket(action, *in.asked_about, call)), s3);
}

Result<s3::Tags> tags_of(const BucketState& state, const Tagged& in) {
    if (in.bucket.empty()) {
        const AccessPoint* point = state.access_points.find(in.point.id);
        if (!point) return s3::no_such_access_point(in.point.name);
        return point->tags;
    }
    const s3::Bucket* bucket = state.buckets.find(in.bucket);
    if (!bucket || bucket->id != in.asked_about->id) return no_such_bucket(in.bucket);
    return bucket->tags.value_or(s3::Tags());
}

Task<Result<void>> change_tags(S3& s3, Tagged in, std::function<Result<void>(s3::Tags&)> change) {
    if (in.bucket.empty()) {
        std::function<Result<void>(AccessPoint&, const BucketState&)> of_point =
            [change = std::move(change)](AccessPoint& point, const BucketState&) { return change(point.tags); };
        co_return co_await change_access_point(s3, std::move(in.point), std::move(of_point));
    }
    std::function<Result<void>(s3::Bucket&)> of_bucket = [change = std::move(change)](s3::Bucket& bucket) -> Result<void> {
        s3::Tags tags = bucket.tags.value_or(s3::Tags());
        if (auto changed = change(tags); !changed) return changed;
        bucket.tags.reset();
        if (!tags.empty()) bucket.tags = std::move(tags);
        return {};
    };
    co_return co_await s3.change_bucket(in.asked_about, std::move(of_bucket));
}

}  // namespace sekisho::s3control
