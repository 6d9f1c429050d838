#include "services/s3control/op.h"

namespace sekisho::s3control {

// Of an account; a bucket's is S3's own operation.
struct PutPublicAccessBlock {
    static constexpr std::string_view name = "PutPublicAccessBlock";

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

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        Result<std::string> document = co_await s3::read_document(call, document_bytes_max);
        if (!document) co_return fail(std::move(document.error()));
        auto block = s3::parse_public_access_block(*document);
        if (!block) co_return fail(std::move(block.error()));
        std::function<Result<bool>(BucketState&)> change = [id = in->account.value,
                                                            settings = s3::AccountSettings{*block}](BucketState& state) {
            state.accounts.put(id, settings);
            return Result<bool>(true);
        };
        Result<bool> changed = co_await s3.buckets.change<bool>(std::move(change));
        if (!changed) co_return fail(std::move(changed.error()));
        co_return empty_reply(201);
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<PutPublicAccessBlock>(S3&);

}  // namespace sekisho::s3control
