#include "services/s3/encryption.h"
#include "services/s3/object_read.h"
#include "services/s3/op.h"

namespace sekisho::s3 {

struct HeadObject {
    static constexpr std::string_view name = "HeadObject";
    using Input = Target;

    static Result<Input> parse(const Call& call) {
        if (auto version = check_version_id(call); !version) return fail(std::move(version.error()));
        return Input{};
    }

    static Task<Result<Asks>> asks(Input& in, const Call& call, S3& s3) {
        Result<Asks> asks = co_await ask_about(in, call, s3, {"s3:GetObject", "s3:GetObjectVersion"});
        if (asks) ask_for_lock(*asks, in, call);
        co_return asks;
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        if (auto there = require_object(*in, call); !there) co_return fail(std::move(there.error()));
        Target target = *in;
        if (auto unlocked = unlock(target, call, s3); !unlocked) co_return fail(std::move(unlocked.error()));
        ObjectRow& row = in->found->row;
        if (auto judged = judge_conditions(call, row)) co_return std::move(*judged);
        Result<Selection> selection = select_bytes(call, row);
        if (!selection) co_return fail(std::move(selection.error()));
        Reply reply;
        reply.head_content_length = selection->range.length;
        add_version_id(reply, *in);
        add_lock_headers(reply, *in, in.approval());
        // A version that is asked for by its id may be an older one, which expires by other rules.
        if (!in->version) add_expiration_header(reply, in->bucket->lifecycle, {in->key, row.size, &row.tags}, row.modified_ms);
        add_encryption_headers(reply, target.data_key);
        add_object_headers(reply, call, row, *selection);
        if (auto overridden = apply_overrides(call, reply); !overridden) co_return fail(std::move(overridden.error()));
        co_return reply;
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<HeadObject>(S3&);

}  // namespace sekisho::s3
