#include "services/s3control/op.h"

namespace sekisho::s3control {

// Of an account; a bucket's is S3's own operation.
struct DeletePublicAccessBlock {
    static constexpr std::string_view name = "DeletePublicAccessBlock";

    struct Input {
        AccountId account;
    };

    static Result<Input> parse(const Call& call) {
        auto account = account_of(call);
        if (!account) return fail(std::move(account.error()));
        return Input{std::move(*account)};
    }

    static Asks asks(Input& in, const Call&, S3&) {
        return s3::only(ask_account("s3:PutAccountPublicAccessBlock", in.account));
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call&, S3& s3) {
        std::function<Result<bool>(BucketState&)> change = [id = in->account.value](BucketState& state) {
            return Result<bool>(state.accounts.erase(id));
        };
        Result<bool> changed = co_await s3.buckets.change<bool>(std::move(change));
        if (!changed) co_return fail(std::move(changed.error()));
        co_return empty_reply(204);
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<DeletePublicAccessBlock>(S3&);

}  // namespace sekisho::s3control
