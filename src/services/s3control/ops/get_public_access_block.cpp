#include "services/s3control/op.h"

namespace sekisho::s3control {

// Of an account; a bucket's is S3's own operation.
struct GetPublicAccessBlock {
    static constexpr std::string_view name = "GetPublicAccessBlock";

    struct Input {
        AccountId account;
    };

    static Result<Input> parse(const Call& call) {
        auto account = account_of(call);
        if (!account) return fail(std::move(account.error()));
        return Input{std::move(*account)};
    }

    static Asks asks(Input& in, const Call&, S3&) {
        return s3::only(ask_account("s3:GetAccountPublicAccessBlock", in.account));
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call&, S3& s3) {
        auto settings = s3.buckets.read()->accounts.share(in->account.value);
        if (!settings)
            co_return fail(error::s3::NoSuchPublicAccessBlockConfiguration,
                           std::string(error::s3::NoSuchPublicAccessBlockConfiguration.text),
                           {{"AccountId", in->account.value}});
        wire::XmlWriter xml;
        s3::write_public_access_block(xml, settings->public_access_block, control_namespace);
        co_return s3::xml_reply(xml.take());
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<GetPublicAccessBlock>(S3&);

}  // namespace sekisho::s3control
