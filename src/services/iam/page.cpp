#include "services/iam/page.h"

#include "base/bytes.h"
#include "wire/errors/common.h"

namespace sekisho::iam {

namespace {
constexpr std::int64_t items_default = 100;
constexpr std::string_view mark = "1:";  // the format of markers
}  // namespace

Result<Page> Page::of(const Arguments& arguments) {
    Page page;
    page.left_ = arguments.number("MaxItems", items_default);
    if (auto marker = arguments.params.find("Marker")) {
        std::optional<std::string> text = from_base64(*marker);
        if (!text || !text->starts_with(mark)) return fail(error::ValidationError, "Invalid Marker.");
        page.after_ = text->substr(mark.size());
        page.has_after_ = true;
    }
    return page;
}

bool Page::takes(std::string_view key) {
    if (has_after_ && key <= after_) return false;
    if (left_ == 0) {
        truncated_ = true;
        return false;
    }
    --left_;
    last_ = key;
    return true;
}

void Page::write(wire::XmlWriter& out) const {
    out.boolean("IsTruncated", truncated_);
    if (truncated_) out.text("Marker", to_base64(std::string(mark) + last_));
}

}  // namespace sekisho::iam
