#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "cli/api_client.h"
#include "cli/commands.h"

namespace sekisho::cli {

namespace {

struct Totals {
    std::uint64_t rows = 0, objects = 0, bytes = 0, not_known = 0, findings = 0;

    void add(const nlohmann::json& step) {
        rows += step.at("Rows").get<std::uint64_t>();
        objects += step.at("Objects").get<std::uint64_t>();
        bytes += step.at("Bytes").get<std::uint64_t>();
        not_known += step.at("NotKnown").get<std::uint64_t>();
        findings += step.at("Findings").size();
    }
    std::string text() const {
        return fmt::format("{} object{}, {:.1f} MB read", objects, objects == 1 ? "" : "s", static_cast<double>(bytes) / 1e6);
    }
};

// Keys are of any UTF-8: control characters would reach the terminal.
std::string printable(std::string text) {
    for (char& c : text)
        if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = '?';
    return text;
}

void print_finding(const nlohmann::json& finding) {
    std::string version = finding.value("VersionId", "");
    fmt::print("s3://{}/{}{}: {}\n", finding.value("Bucket", ""), printable(finding.value("Key", "")),
               version.empty() ? "" : " version " + version, finding.value("What", ""));
}

}  // namespace

int scrub(const std::filesystem::path& data, bool json) {
    auto server = find_server(data);
    if (!server) {
        std::fprintf(stderr, "sekisho: %s\n", server.error().message.c_str());
        return exit_unknown;
    }
    ApiClient client(std::move(*server));
    const bool progress = !json && isatty(STDERR_FILENO);
    Totals totals;
    nlohmann::json findings = nlohmann::json::array();
    nlohmann::json input = nlohmann::json::object();
    for (;;) {
        auto step = client.call("ScrubObjects", input);
        if (progress) std::fprintf(stderr, "\r\033[K");
        if (!step) {
            std::fprintf(stderr, "sekisho: %s: %s\n", step.error().code.c_str(), step.error().message.c_str());
            return exit_unknown;
        }
        totals.add(*step);
        for (auto& finding : (*step)["Findings"]) {
            if (json)
                findings.push_back(std::move(finding));
            else
                print_finding(finding);
        }
        if (!step->contains("NextToken")) break;
        input["NextToken"] = (*step)["NextToken"];
        if (progress) std::fprintf(stderr, "%s", totals.text().c_str());
    }
    if (json) {
        nlohmann::json all{{"Rows", totals.rows},
                           {"Objects", totals.objects},
                           {"Bytes", totals.bytes},
                           {"NotKnown", totals.not_known},
                           {"Findings", std::move(findings)}};
        fmt::print("{}\n", all.dump(2));
    } else {
        fmt::print("{}: {}\n", totals.text(),
                   totals.findings == 0 ? "everything is as it was written" : fmt::format("{} findings", totals.findings));
        if (totals.not_known > 0)
            fmt::print("{} of them could not be proved: only their customers have the keys\n", totals.not_known);
    }
    return totals.findings == 0 ? exit_yes : exit_no;
}

}  // namespace sekisho::cli
