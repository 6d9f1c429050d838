#include "services/s3control/op.h"

namespace sekisho::s3control {

struct DeleteAccessPoint {
    static constexpr std::string_view name = "DeleteAccessPoint";
    using Input = OnAccessPoint;

    static Result<Input> parse(const Call& call) { return parse_access_point(call); }

    static Asks asks(Input& in, const Call& call, S3& s3) {
        return s3::only(ask_access_point("s3:DeleteAccessPoint", in, call, s3));
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call&, S3& s3) {
        std::function<Result<bool>(BucketState&)> change = [in = *in](BucketState& state) -> Result<bool> {
            auto there = state.access_points.share(in.id);
            if (!there) return s3::no_such_access_point(in.name);
            if (there != in.asked_about) return fail(services::ask_again);
            state.aliases.erase(there->alias);
            state.access_points.erase(in.id);
            return true;
        };
        Result<bool> deleted = co_await s3.buckets.change<bool>(std::move(change));
        if (!deleted) co_return fail(std::move(deleted.error()));
        co_return empty_reply(204);
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<DeleteAccessPoint>(S3&);

}  // namespace sekisho::s3control
