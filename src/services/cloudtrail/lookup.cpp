#include "services/cloudtrail/lookup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "base/fd.h"

namespace sekisho::cloudtrail {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::size_t block_bytes = 256 << 10;
constexpr auto disorder_max = std::chrono::hours(1);  // lines are written when requests end, and clocks are set back
constexpr std::string_view mark = "1:";

std::vector<std::string> files_of(const std::string& folder) {
    std::vector<std::string> names;
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
        std::string name = entry.path().filename();
        if (name.starts_with("audit-") && name.ends_with(".jsonl")) names.push_back(std::move(name));
    }
    std::ranges::sort(names, std::greater());
    return names;
}

// Where to go on: before this offset of this file.
struct Place {
    std::string file;
    std::uint64_t offset = 0;
};

std::string write_token(const Place& place) {
    return to_base64(std::string(mark) + place.file + "/" + std::to_string(place.offset));
}

std::optional<Place> read_token(const std::string& token) {
    std::optional<std::string> text = from_base64(token);
    if (!text || !text->starts_with(mark)) return std::nullopt;
    std::size_t slash = text->find('/');
    if (slash == std::string::npos) return std::nullopt;
    std::optional<std::uint64_t> offset = parse_u64(std::string_view(*text).substr(slash + 1));
    if (!offset) return std::nullopt;
    return Place{text->substr(mark.size(), slash - mark.size()), *offset};
}

std::string text_at(const json& object, const char* name) {
    auto it = object.find(name);
    return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

std::string username_of(const json& identity) {
    const std::string type = text_at(identity, "type");
    if (type == "Root") return "root";
    if (type == "IAMUser") return text_at(identity, "userName");
    if (type == "AssumedRole") {
        const std::string arn = text_at(identity, "arn");
        return arn.substr(arn.rfind('/') + 1);
    }
    return {};
}

std::vector<Resource> resources_of(const json& line) {
    std::vector<Resource> out;
    auto parameters = line.find("requestParameters");
    if (parameters == line.end() || !parameters->is_object()) return out;
    const std::string bucket = text_at(*parameters, "bucketName"), key = text_at(*parameters, "key");
    if (!bucket.empty()) out.push_back({"AWS::S3::Bucket", bucket});
    if (!bucket.empty() && !key.empty()) out.push_back({"AWS::S3::Object", "arn:aws:s3:::" + bucket + "/" + key});
    return out;
}

bool asked_for(const Question& question, const Event& event) {
    auto any = [&](auto member) {
        return std::ranges::any_of(event.resources, [&](const Resource& r) { return r.*member == question.value; });
    };
    switch (question.attribute) {
        case Attribute::none:
            return true;
        case Attribute::event_id:
            return event.id == question.value;
        case Attribute::event_name:
            return event.name == question.value;
        case Attribute::read_only:
            return question.value == (event.read_only ? "true" : "false");
        case Attribute::username:
            return event.username == question.value;
        case Attribute::resource_type:
            return any(&Resource::type);
        case Attribute::resource_name:
            return any(&Resource::name);
        case Attribute::event_source:
            return event.source == question.value;
        case Attribute::access_key_id:
            return event.access_key_id == question.value;
    }
    return false;
}

class Reader {
   public:
    explicit Reader(const Question& question) : question_(question) {}

    // The lines of one file before `from`, last first. False: it is enough.
    bool read(const std::string& folder, const std::string& name, std::optional<std::uint64_t> from) {
        Fd fd(::open((folder + "/" + name).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
        struct stat st {};
        if (!fd || ::fstat(fd.get(), &st) != 0) return true;
        std::uint64_t begin = std::min<std::uint64_t>(from.value_or(UINT64_MAX), static_cast<std::uint64_t>(st.st_size));
        std::string tail;  // of a line whose beginning was not read yet; it ends at end_of_tail
        while (begin > 0) {
            const std::uint64_t start = begin > block_bytes ? begin - block_bytes : 0;
            std::string block(begin - start, '\0');
            if (::pread(fd.get(), block.data(), block.size(), static_cast<off_t>(start)) != static_cast<ssize_t>(block.size()))
                return true;
            bytes_ += block.size();
            block += tail;
            begin = start;
            if (!lines(block, start, name)) return false;
            tail = std::move(block);
            if (bytes_ >= bytes_per_answer_max) {
                next_ = {name, begin + tail.size()};
                return false;
            }
        }
        return tail.empty() || take(tail, {name, 0});
    }

    Found found() && {
        if (!next_.file.empty()) found_.token = write_token(next_);
        return std::move(found_);
    }

   private:
    // Takes the whole lines of the block, last first, and leaves the rest: the end of a line.
    bool lines(std::string& block, std::uint64_t start, const std::string& name) {
        for (;;) {
            if (!block.empty() && block.back() == '\n') block.pop_back();
            std::size_t newline = block.rfind('\n');
            if (newline == std::string::npos) return true;
            if (!take(std::string_view(block).substr(newline + 1), {name, start + newline + 1})) return false;
            block.resize(newline + 1);
        }
    }

    // False: it is enough; `before` is where to go on.
    bool take(std::string_view text, const Place& before) {
        if (text.find(question_.account.value) == std::string_view::npos) return true;
        json line = json::parse(text, nullptr, false);
        if (!line.is_object() || text_at(line, "recipientAccountId") != question_.account.value ||
            text_at(line, "awsRegion") != question_.region.value)
            return true;
        std::optional<Time> time = parse_iso8601(text_at(line, "eventTime"));
        if (!time || (question_.end && *time > *question_.end)) return true;
        if (question_.start && *time < *question_.start) return *time + disorder_max >= *question_.start;
        Event event;
        event.id = text_at(line, "eventID");
        event.name = text_at(line, "eventName");
        event.source = text_at(line, "eventSource");
        event.time = *time;
        event.read_only = line.value("readOnly", false);
        if (auto identity = line.find("userIdentity"); identity != line.end()) {
            event.username = username_of(*identity);
            event.access_key_id = text_at(*identity, "accessKeyId");
        }
        event.resources = resources_of(line);
        if (!asked_for(question_, event)) return true;
        event.line = text;
        found_.events.push_back(std::move(event));
        if (found_.events.size() < question_.max) return true;
        next_ = before;
        return false;
    }

    const Question& question_;
    Found found_;
    Place next_;
    std::uint64_t bytes_ = 0;
};

}  // namespace

std::optional<Found> look_up(const std::string& folder, const Question& question) {
    Place from;
    if (!question.token.empty()) {
        std::optional<Place> place = read_token(question.token);
        if (!place) return std::nullopt;
        from = std::move(*place);
    }
    Reader reader(question);
    for (const std::string& name : files_of(folder)) {
        if (!from.file.empty() && name > from.file) continue;
        std::optional<std::uint64_t> offset;
        if (name == from.file) offset = from.offset;
        if (!reader.read(folder, name, offset)) break;
    }
    return std::move(reader).found();
}

}  // namespace sekisho::cloudtrail
