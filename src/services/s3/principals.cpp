#include "services/s3/principals.h"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "services/s3/s3.h"
#include "wire/errors/s3.h"

namespace sekisho::s3 {

namespace {

// Of one change, far below what one commit may hold.
constexpr std::size_t rewritten_rows_max = 256;

// Rewrites the policies of at most `left` of these rows; how many it rewrote.
template <class Row>
std::size_t rewrite(store::Collection<Row>& rows, const std::string& arn, const std::string& now, std::size_t left) {
    std::vector<std::pair<std::string, Row>> rewritten;
    for (const auto& [id, row] : rows) {
        if (rewritten.size() == left) break;
        if (row->document() && policy::names_principal(*row->document(), arn)) rewritten.emplace_back(id, *row);
    }
    for (auto& [id, row] : rewritten) {
        row.set_policy(policy::replace_principal(*row.document(), arn, now));
        rows.put(id, std::move(row));
    }
    return rewritten.size();
}

}  // namespace

Result<void> check_principals(const policy::Document& document, const S3& s3) {
    const std::vector<std::string> named = policy::principals(document);
    for (const std::string& principal : std::set<std::string>(named.begin(), named.end()))
        if (!s3.principals.exists(principal))
            return fail(error::s3::MalformedPolicy, "Invalid principal in policy",
                        {{"Detail", fmt::format("\"AWS\" : \"{}\"", principal)}});
    return {};
}

Task<int> follow_principal(S3& s3, std::string arn, std::string now, std::function<bool()> still) {
    // Always by a change, which waits for those that are under way: a policy that is just being put names the principal, too.
    // No policy comes to name it between two of them (check_principals), so that the last finds none.
    std::function<Result<int>(BucketState&)> some = [arn, now, still](BucketState& state) -> Result<int> {
        if (!still()) return 0;
        const std::size_t buckets = rewrite(state.buckets, arn, now, rewritten_rows_max);
        return static_cast<int>(buckets + rewrite(state.access_points, arn, now, rewritten_rows_max - buckets));
    };
    int all = 0;
    for (;;) {
        std::function<Result<int>(BucketState&)> change = some;
        Result<int> count = co_await s3.buckets.change<int>(std::move(change));
        if (!count) throw Fault("bucket policies do not follow a principal: " + count.error().code);
        all += *count;
        if (*count == 0) co_return all;
    }
}

}  // namespace sekisho::s3
