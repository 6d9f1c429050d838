#include "services/s3/object_read.h"
#include "services/s3/op.h"
#include "services/s3/payload.h"

namespace sekisho::s3 {

struct GetObject {
    static constexpr std::string_view name = "GetObject";
    using Input = Target;

    static Result<Input> parse(const Call& call) {
        if (auto version = check_version_id(call); !version) return fail(std::move(version.error()));
        return Input{};
    }

    static Task<Result<Asks>> asks(Input& in, const Call& call, S3& s3) {
        return ask_about(in, call, s3, {"s3:GetObject", "s3:GetObjectVersion"});
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        std::shared_ptr<Found> found = in->found;
        // A writer may replace the object between the read of its row and the opening of its blob; what it put there is
        // answered only if the decision would have been the same: with the same tags.
        constexpr int attempts_max = 8;
        for (int attempt = 0; attempt < attempts_max; ++attempt) {
            if (!found) co_return no_such_key(in->key);
            ObjectRow& row = found->row;
            if (auto judged = judge_conditions(call, row)) co_return std::move(*judged);
            Result<Selection> selection = select_bytes(call, row);
            if (!selection) co_return fail(std::move(selection.error()));
            Reply reply;
            Tags tags = row.tags;
            auto sent = co_await send(s3, row, selection->range, reply);
            if (sent) {
                add_object_headers(reply, call, row, *selection);
                if (auto overridden = apply_overrides(call, reply); !overridden) co_return fail(std::move(overridden.error()));
                co_return reply;
            }
            std::optional<Found> again = co_await find_object(s3, in->bucket, in->key);
            found = again ? std::make_shared<Found>(std::move(*again)) : nullptr;
            if (found && found->row.tags != tags) break;
        }
        co_return fail(error::ServiceUnavailable);
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<GetObject>(S3&);

}  // namespace sekisho::s3
