#include "gate/scrub_report.h"

#include <gtest/gtest.h>

namespace sekisho::gate {
namespace {

TEST(ScrubToken, says_where_to_go_on_whatever_bytes_the_row_key_has) {
    s3::ScrubPosition position{"box", 12, std::string("v/a/b\0c", 7)};
    auto parsed = parse_scrub_token(scrub_token(position));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->bucket, "box");
    EXPECT_EQ(parsed->shard, 12);
    EXPECT_EQ(parsed->row_key, position.row_key);
    EXPECT_EQ(parse_scrub_token("")->bucket, "");
}

TEST(ScrubToken, what_is_none_is_not_taken_for_one) {
    for (std::string text : {"x", "zz", "6", "626f78", "626f782f31", "2f2d312f", "2f39393939392f", "2f782f"})
        EXPECT_FALSE(parse_scrub_token(text)) << text;
    EXPECT_FALSE(parse_scrub_token(scrub_token({"box", 0, std::string(5000, 'k')})));
}

}  // namespace
}  // namespace sekisho::gate
