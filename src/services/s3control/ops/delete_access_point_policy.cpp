#include "services/s3control/op.h"

namespace sekisho::s3control {

struct DeleteAccessPointPolicy {
    static constexpr std::string_view name = "DeleteAccessPointPolicy";
    using Input = OnAccessPoint;

    static Result<Input> parse(const Call& call) { return parse_access_point(call); }

    static Asks asks(Input& in, const Call& call, S3& s3) {
        return s3::only(ask_access_point("s3:DeleteAccessPointPolicy", in, call, s3));
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call&, S3& s3) {
        std::function<Result<void>(AccessPoint&, const BucketState&)> change = [](AccessPoint& point,
                                                                                  const BucketState&) -> Result<void> {
            point.set_policy("");
            return {};
        };
        Result<void> changed = co_await change_access_point(s3, *in, std::move(change));
        if (!changed) co_return fail(std::move(changed.error()));
        co_return empty_reply(204);
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<DeleteAccessPointPolicy>(S3&);

}  // namespace sekisho::s3control
