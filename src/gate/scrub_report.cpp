#include "gate/scrub_report.h"

#include "base/bytes.h"

namespace sekisho::gate {

using nlohmann::json;

// Row keys hold any bytes: BUCKET/SHARD/ROW-KEY in hex. Names of buckets hold no slash.
std::string scrub_token(const s3::ScrubPosition& position) {
    return to_hex(position.bucket + "/" + std::to_string(position.shard) + "/" + position.row_key);
}

std::optional<s3::ScrubPosition> parse_scrub_token(std::string_view token) {
    if (token.empty()) return s3::ScrubPosition{};
    std::optional<std::string> text = from_hex(token);
    if (!text) return std::nullopt;
    const std::size_t first = text->find('/');
    const std::size_t second = first == std::string::npos ? first : text->find('/', first + 1);
    if (second == std::string::npos) return std::nullopt;
    std::optional<std::uint64_t> shard = parse_u64(std::string_view(*text).substr(first + 1, second - first - 1));
    std::string row_key = text->substr(second + 1);
    if (!shard || *shard > 65'535 || row_key.size() + 1 > store::key_bytes_max) return std::nullopt;
    return s3::ScrubPosition{text->substr(0, first), static_cast<int>(*shard), std::move(row_key)};
}

json scrub_report(const s3::ScrubStep& step) {
    json findings = json::array();
    for (const s3::ScrubFinding& finding : step.findings) {
        json& row = findings.emplace_back(json{{"Bucket", finding.bucket}, {"Key", finding.key}, {"What", finding.what}});
        if (!finding.version.empty()) row["VersionId"] = finding.version;
    }
    json report{{"Rows", step.rows},
                {"Objects", step.objects},
                {"Bytes", step.bytes},
                {"NotKnown", step.not_known},
                {"Findings", std::move(findings)}};
    if (step.next) report["NextToken"] = scrub_token(*step.next);
    return report;
}

}  // namespace sekisho::gate
