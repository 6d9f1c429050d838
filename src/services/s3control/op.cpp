#include "services/s3control/op.h"

namespace sekisho::s3control {

Result<OnAccessPoint> parse_access_point(const Call& call) {
    auto account = account_of(call);
    if (!account) return fail(std::move(account.error()));
    auto segments = segments_of(call);
    if (!segments) return fail(std::move(segments.error()));
    OnAccessPoint in{std::move(*account), segments->at(1), {}};
    // The ARN stands for the name, too.
    auto of_arn = s3::access_point_of_arn(in.name);
    if (of_arn) in.name = of_arn->substr(of_arn->rfind('/') + 1);
    if (!s3::valid_access_point_name(in.name)) return fail(error::s3::InvalidAccessPoint);
    in.id = s3::access_point_id(in.account, call.region, in.name);
    if (of_arn && *of_arn != in.id) return s3::no_such_access_point(in.name);
    return in;
}

Ask ask_access_point(std::string_view action, OnAccessPoint& in, const Call& call, const S3& s3) {
    AccessPoint named;
    named.name = in.name;
    named.account = in.account;
    named.region = call.region;
    Ask ask;
    ask.action = action;
    ask.resource = named.arn();
    ask.resource_account = in.account;
    ask.context.set("s3:DataAccessPointArn", ask.resource);
    ask.context.set("s3:DataAccessPointAccount", in.account.value);
    in.asked_about = s3.buckets.read()->access_points.share(in.id);
    if (in.asked_about) {
        ask.context.set("s3:AccessPointNetworkOrigin", std::string(in.asked_about->network_origin()));
        for (const auto& [key, value] : in.asked_about->tags) ask.context.set("aws:ResourceTag/" + key, value);
    }
    return ask;
}

Ask ask_account(std::string_view action, const AccountId& account) {
    Ask ask;
    ask.action = action;
    ask.resource = "*";
    ask.resource_account = account;
    return ask;
}

Result<std::shared_ptr<const AccessPoint>> need_access_point(const S3& s3, const OnAccessPoint& in) {
    auto point = s3.buckets.read()->access_points.share(in.id);
    if (!point) return s3::no_such_access_point(in.name);
    return point;
}

Task<Result<void>> change_access_point(S3& s3, OnAccessPoint in,
                                       std::function<Result<void>(AccessPoint&, const BucketState&)> change) {
    std::function<Result<bool>(BucketState&)> on_state = [in, change = std::move(change)](BucketState& state) -> Result<bool> {
        auto there = state.access_points.share(in.id);
        if (!there) return s3::no_such_access_point(in.name);
        if (there != in.asked_about) return fail(services::ask_again);
        AccessPoint changed = *there;
        if (auto answer = change(changed, state); !answer) return fail(std::move(answer.error()));
        state.access_points.put(in.id, std::move(changed));
        return true;
    };
    Result<bool> changed = co_await s3.buckets.change<bool>(std::move(on_state));
    if (!changed) co_return fail(std::move(changed.error()));
    co_return Result<void>();
}

Reply empty_reply(int status) {
    Reply reply;
    reply.status = status;
    return reply;
}

}  // namespace sekisho::s3control
