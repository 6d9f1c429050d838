#include "services/s3control/op.h"
#include "services/s3control/tagged.h"

namespace sekisho::s3control {

struct UntagResource {
    static constexpr std::string_view name = "UntagResource";

    struct Input : Tagged {
        std::vector<std::string> keys;
    };

    static Result<Input> parse(const Call& call) {
        auto tagged = parse_tagged(call);
        if (!tagged) return fail(std::move(tagged.error()));
        Input in{std::move(*tagged), {}};
        for (const auto& [parameter, value] : call.params)
            if (parameter == "tagKeys") in.keys.push_back(value);
        return in;
    }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) {
        Result<Asks> asks = ask_tagged("s3:UntagResource", in, call, s3);
        if (asks && !in.keys.empty()) asks->front().context.set("aws:TagKeys", in.keys);
        return asks;
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call&, S3& s3) {
        std::function<Result<void>(s3::Tags&)> change = [keys = in->keys](s3::Tags& tags) -> Result<void> {
            for (const std::string& key : keys) tags.erase(key);
            return {};
        };
        Result<void> changed = co_await change_tags(s3, *in, std::move(change));
        if (!changed) co_return fail(std::move(changed.error()));
        co_return empty_reply(204);
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<UntagResource>(S3&);

}  // namespace sekisho::s3control
