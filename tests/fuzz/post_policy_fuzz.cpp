// The policy document of a form upload: what is taken has an end and conditions, and a form that it does not speak of is
// refused.
#include <cstdlib>

#include "base/bytes.h"
#include "services/s3/post_policy.h"

using namespace sekisho;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    (void)s3::parse_post_policy(text);
    const std::string encoded = to_base64(text);
    auto policy = s3::parse_post_policy(encoded);
    authn::PostForm form;
    form.fields = {{"policy", encoded}, {"key", "k"}, {"x-amz-meta-colour", "red"}};
    auto sizes = s3::check_post_policy(form, "demo-bucket", "k", from_epoch_millis(0));
    if (sizes && !policy) std::abort();
    if (!sizes) return 0;
    bool bucket = false, colour = false;
    for (const auto& condition : policy->conditions) {
        bucket |= condition.field == "bucket";
        colour |= condition.field == "x-amz-meta-colour";
    }
    if (!bucket || !colour || policy->expiration < from_epoch_millis(0)) std::abort();
    return 0;
}
