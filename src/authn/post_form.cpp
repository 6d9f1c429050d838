#include "authn/post_form.h"

#include <fmt/format.h>

#include <algorithm>

#include "authn/digest.h"
#include "authn/refusal.h"
#include "authn/signature_v2.h"
#include "base/bytes.h"
#include "wire/errors/common.h"

namespace sekisho::authn {

namespace {

constexpr ErrorCode MalformedPOSTRequest{"MalformedPOSTRequest", 400,
                                         "The body of your POST request is not well-formed multipart/form-data."};
constexpr ErrorCode FieldsTooLarge{"MaxPostPreDataLengthExceededError", 400,
                                   "Your POST request fields preceding the upload file were too large."};
constexpr ErrorCode OneFile{"IncorrectNumberOfFilesInPostRequest", 400, "POST requires exactly one file upload per request."};
constexpr ErrorCode NoLength{"MissingContentLength", 411, "You must provide the Content-Length HTTP header."};
constexpr ErrorCode BadArgument{"InvalidArgument", 400, "Invalid Argument"};

constexpr std::size_t boundary_bytes_max = 70;    // RFC 2046
constexpr std::size_t head_bytes_max = 4 * 1024;  // of one field's own headers
constexpr std::size_t fields_max = 200;
constexpr std::string_view line_end = "\r\n", head_end = "\r\n\r\n";

// A parameter of a header like: form-data; name="file"; filename="a \"b\".txt". nullopt: it has none of that name.
std::optional<std::string> parameter(std::string_view header, std::string_view wanted) {
    std::size_t at = header.find(';');
    while (at != std::string_view::npos) {
        ++at;
        while (at < header.size() && (header[at] == ' ' || header[at] == '\t')) ++at;
        const std::size_t equals = header.find_first_of("=;", at);
        if (equals == std::string_view::npos) return std::nullopt;
        const std::string_view name = trim(header.substr(at, equals - at));
        at = equals;
        if (header[at] == ';') continue;
        ++at;
        std::string value;
        if (at < header.size() && header[at] == '"') {
            // Browsers write '"' as %22 and leave '\' alone (Internet Explorer's full paths); others escape quotes by '\'.
            for (++at; at < header.size() && header[at] != '"'; ++at) {
                if (header[at] == '\\' && at + 1 < header.size() && header[at + 1] == '"') ++at;
                value += header[at];
            }
            if (at == header.size()) return std::nullopt;
            at = header.find(';', at);
        } else {
            const std::size_t end = header.find(';', at);
            value = trim(header.substr(at, end == std::string_view::npos ? end : end - at));
            at = end;
        }
        if (equal_ignoring_case(name, wanted)) return value;
    }
    return std::nullopt;
}

std::optional<std::string> boundary_of(const http::Headers& headers) {
    auto type = headers.find("Content-Type");
    if (!type || !equal_ignoring_case(trim(type->substr(0, type->find(';'))), "multipart/form-data")) return std::nullopt;
    return parameter(*type, "boundary").value_or("");
}

// The body from the file's first byte to its last. What follows the file is read and means nothing.
class FormFile final : public http::BodyReader {
   public:
    FormFile(std::unique_ptr<http::BodyReader> body, FormParser parser, std::string first)
        : body_(std::move(body)), parser_(std::move(parser)), ready_(std::move(first)) {}

    Task<std::string> read() override {
        while (ready_.empty() && !ended_) {
            std::string piece = co_await body_->read();
            ended_ = piece.empty();
            Result<void> fine = ended_ ? parser_.end() : parser_.feed(piece, ready_);
            if (!fine) throw http::BodyFault{fine.error().status, fine.error().code, fine.error().message};
        }
        co_return std::exchange(ready_, {});
    }
    std::optional<std::uint64_t> content_length() const override { return std::nullopt; }

   private:
    std::unique_ptr<http::BodyReader> body_;
    FormParser parser_;
    std::string ready_;
    bool ended_ = false;
};

std::unexpected<ApiError> missing_field(std::string_view name) {
    return fail(BadArgument,
                fmt::format("Bucket POST must contain a field named '{}'.  If it is specified, please check the order of the "
                            "fields.",
                            name),
                {{"ArgumentName", std::string(name)}, {"ArgumentValue", ""}});
}

std::unexpected<ApiError> bad_field(std::string_view name, std::string_view value, std::string message) {
    return fail(BadArgument, std::move(message), {{"ArgumentName", std::string(name)}, {"ArgumentValue", std::string(value)}});
}

std::expected<Credential, Refused> known(const CredentialSource& credentials, const std::string& key, const std::string& token,
                                         Time now) {
    Credential credential = credentials.find(key, token, now);
    switch (credential.standing) {
        case Credential::Standing::valid:
            return credential;
        case Credential::Standing::bad_token:
            return std::unexpected(Refused{Flaw::bad_token, token});
        case Credential::Standing::expired_token:
            return std::unexpected(Refused{Flaw::expired_token, token});
        default:
            return std::unexpected(Refused{Flaw::unknown_key, key});
    }
}

Caller proved(Credential credential, std::string key) {
    Caller caller = std::move(credential.caller);
    caller.access_key_id = std::move(key);
    caller.proof = Caller::Proof::post_form;
    return caller;
}

Result<Caller> by_version_4(const PostForm& form, std::string_view policy, const Expected& expected,
                            const CredentialSource& credentials, SigningKeys& keys, Time now) {
    for (std::string_view name : {"x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature"})
        if (!form.find(name)) return missing_field(name);
    const std::string_view algorithm = *form.find("x-amz-algorithm"), date = *form.find("x-amz-date");
    if (algorithm != "AWS4-HMAC-SHA256")
        return bad_field("x-amz-algorithm", algorithm, "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"");
    auto time = parse_amz_basic(date);
    if (!time)
        return bad_field("x-amz-date", date, "X-Amz-Date must be formated via ISO8601 Long format \"yyyyMMdd'T'HHmmss'Z'\"");
    const std::string credential_text(*form.find("x-amz-credential"));
    RefusalFacts facts{.dialect = expected.dialect, .time = *time, .now = now};
    auto refuse = [&](Refused refused) { return fail(refusal(refused, facts)); };
    std::vector<std::string_view> scope = split(credential_text, '/');
    if (scope.size() < 5) return refuse({Flaw::malformed_credential, credential_text});
    const std::size_t n = scope.size();
    // As in other places, an access key id may hold a slash.
    const std::string key_id =
        credential_text.substr(0, static_cast<std::size_t>(scope[n - 4].data() - credential_text.data()) - 1);
    if (key_id.empty()) return refuse({Flaw::empty_access_key, credential_text});
    facts.access_key_id = key_id;
    facts.signature = *form.find("x-amz-signature");
    if (scope[n - 1] != "aws4_request") return refuse({Flaw::wrong_terminator, std::string(scope[n - 1])});
    if (scope[n - 2] != expected.service)
        return refuse({Flaw::wrong_service, std::string(scope[n - 2]), std::string(expected.service)});
    const std::string_view region = scope[n - 3];
    if (!expected.region.empty() && region != expected.region)
        return refuse({Flaw::wrong_region, std::string(region), std::string(expected.region)});
    if (!expected.regions.empty() && std::ranges::find(expected.regions, region) == expected.regions.end())
        return refuse({Flaw::wrong_region, std::string(region), std::string(expected.default_region)});
    if (!date.starts_with(scope[n - 4]) || scope[n - 4].size() != 8)
        return refuse({Flaw::scope_date_mismatch, std::string(scope[n - 4]), std::string(date)});
    auto credential = known(credentials, key_id, std::string(form.find("x-amz-security-token").value_or("")), now);
    if (!credential) return refuse(credential.error());
    Sha256 key = keys.get(credential->secret, scope[n - 4], region, scope[n - 2]);
    // The string to sign is the policy as it was sent.
    if (!equal_in_constant_time(to_hex(view(hmac_sha256(view(key), policy))), facts.signature))
        return refuse({Flaw::v2_mismatch, std::string(policy)});
    Caller caller = proved(std::move(*credential), key_id);
    caller.scope_region = region;
    caller.scope_service = expected.service;
    return caller;
}

Result<Caller> by_version_2(const PostForm& form, std::string_view policy, const Expected& expected,
                            const CredentialSource& credentials, Time now) {
    RefusalFacts facts{.dialect = expected.dialect, .time = now, .now = now};
    if (!expected.signature_v2_allowed || !takes_signature_v2(expected.region))
        return fail(refusal({Flaw::signature_v2}, facts));
    auto key_id = form.find("AWSAccessKeyId"), signature = form.find("signature");
    if (!key_id) return missing_field("AWSAccessKeyId");
    if (!signature) return missing_field("signature");
    facts.access_key_id = *key_id;
    facts.signature = *signature;
    auto credential = known(credentials, facts.access_key_id, std::string(form.find("x-amz-security-token").value_or("")), now);
    if (!credential) return fail(refusal(credential.error(), facts));
    if (!equal_in_constant_time(to_base64(hmac_sha1(credential->secret, policy)), *signature))
        return fail(refusal({Flaw::v2_mismatch, std::string(policy)}, facts));
    Caller caller = proved(std::move(*credential), facts.access_key_id);
    caller.scope_service = expected.service;
    return caller;
}

}  // namespace

std::optional<std::string_view> PostForm::find(std::string_view name) const {
    for (const auto& [field, value] : fields)
        if (equal_ignoring_case(field, name)) return value;
    return std::nullopt;
}

FormParser::FormParser(std::string boundary) : delimiter_("\r\n--" + boundary) {
    // So that the first delimiter, which may be the body's first bytes, looks like all others.
    buffer_ = line_end;
}

Result<void> FormParser::feed(std::string_view in, std::string& out) {
    if (state_ == State::after_file) return {};
    buffer_ += in;
    for (;;) {
        Result<bool> went_on = step(out);
        if (!went_on) return fail(std::move(went_on.error()));
        if (!*went_on) return {};
    }
}

Result<void> FormParser::end() const {
    if (state_ == State::after_file) return {};
    return fail(MalformedPOSTRequest);
}

Result<bool> FormParser::step(std::string& out) {
    switch (state_) {
        case State::begin:
            return read_delimiter();
        case State::head:
            return read_head();
        case State::value:
            return read_value();
        case State::file:
            read_file(out);
            return false;
        case State::after_file:
            return false;
    }
    return false;
}

// Only the first one; text before it would be a preamble, which no browser sends.
Result<bool> FormParser::read_delimiter() {
    const std::size_t compared = std::min(buffer_.size(), delimiter_.size());
    if (buffer_.compare(0, compared, delimiter_, 0, compared) != 0) return fail(MalformedPOSTRequest);
    if (compared < delimiter_.size()) return false;
    buffer_.erase(0, delimiter_.size());
    state_ = State::head;
    return true;
}

// What stands between a delimiter and a value: the rest of the delimiter's line, and the field's headers.
Result<bool> FormParser::read_head() {
    if (buffer_.size() < 2) return false;
    if (buffer_.starts_with("--")) return fail(OneFile);  // the end of the form
    const std::size_t padding = buffer_.find_first_not_of(" \t");
    if (padding != std::string::npos && buffer_[padding] != '\r') return fail(MalformedPOSTRequest);
    const std::size_t end = buffer_.find(head_end);
    if (end == std::string::npos && buffer_.size() <= head_bytes_max) return false;
    if (end == std::string::npos || end > head_bytes_max) return fail(FieldsTooLarge);
    std::optional<std::string> name, file_name;
    std::string_view head(buffer_.data(), end);
    for (std::size_t at = head.find(line_end); at != std::string_view::npos;) {
        at += line_end.size();
        const std::size_t line_stop = head.find(line_end, at);
        const std::string_view line = head.substr(at, line_stop == std::string_view::npos ? line_stop : line_stop - at);
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) return fail(MalformedPOSTRequest);
        if (equal_ignoring_case(trim(line.substr(0, colon)), "Content-Disposition")) {
            const std::string_view value = trim(line.substr(colon + 1));
            if (!equal_ignoring_case(trim(value.substr(0, value.find(';'))), "form-data")) return fail(MalformedPOSTRequest);
            name = parameter(value, "name");
            file_name = parameter(value, "filename");
        }
        at = line_stop;
    }
    if (!name || name->empty()) return fail(MalformedPOSTRequest);
    buffer_.erase(0, end + head_end.size());
    if (equal_ignoring_case(*name, "file")) {
        form_.file_name = file_name.value_or("");
        form_.file_name.erase(0, form_.file_name.find_last_of("/\\") + 1);
        state_ = State::file;
        return true;
    }
    if (form_.fields.size() == fields_max) return fail(FieldsTooLarge);
    name_ = std::move(*name);
    state_ = State::value;
    return true;
}

Result<bool> FormParser::read_value() {
    const std::size_t end = buffer_.find(delimiter_);
    const std::size_t length = end == std::string::npos ? buffer_.size() : end;
    const std::size_t held = end == std::string::npos ? std::min(length, delimiter_.size()) : 0;
    if (fields_bytes_ + name_.size() + length - held > form_fields_bytes_max) return fail(FieldsTooLarge);
    if (end == std::string::npos) return false;
    fields_bytes_ += name_.size() + length;
    std::string value = buffer_.substr(0, end);
    buffer_.erase(0, end + delimiter_.size());
    if (!valid_utf8(name_) || !valid_utf8(value)) return fail(MalformedPOSTRequest);
    form_.fields.emplace_back(std::move(name_), std::move(value));
    state_ = State::head;
    return true;
}

// Gives out all but what may be the beginning of the delimiter.
void FormParser::read_file(std::string& out) {
    const std::size_t end = buffer_.find(delimiter_);
    if (end != std::string::npos) {
        out.append(buffer_, 0, end);
        buffer_.clear();
        state_ = State::after_file;
        return;
    }
    if (buffer_.size() < delimiter_.size()) return;
    const std::size_t sure = buffer_.size() - (delimiter_.size() - 1);
    out.append(buffer_, 0, sure);
    buffer_.erase(0, sure);
}

bool is_post_form(const http::Request& request) {
    return request.method == "POST" && request.query.empty() && !request.headers.find("Authorization") &&
           boundary_of(request.headers).has_value();
}

Task<Result<std::shared_ptr<const PostForm>>> read_post_form(http::Request& request) {
    std::string boundary = boundary_of(request.headers).value_or("");
    if (boundary.empty() || boundary.size() > boundary_bytes_max) co_return fail(MalformedPOSTRequest);
    if (!request.body->content_length()) co_return fail(NoLength);
    FormParser parser(std::move(boundary));
    std::string first;
    while (!parser.in_file()) {
        std::string piece = co_await request.body->read();
        if (piece.empty()) co_return fail(MalformedPOSTRequest);
        Result<void> fed = parser.feed(piece, first);
        if (!fed) co_return fail(std::move(fed.error()));
    }
    auto form = std::make_shared<const PostForm>(parser.form());
    request.body = std::make_unique<FormFile>(std::move(request.body), std::move(parser), std::move(first));
    co_return form;
}

Result<Caller> authenticate_post_form(const PostForm& form, const Expected& expected, const CredentialSource& credentials,
                                      SigningKeys& keys, Time now) {
    auto any = [&](std::initializer_list<std::string_view> names) {
        return std::ranges::any_of(names, [&](std::string_view name) { return form.find(name).has_value(); });
    };
    const bool version_4 = any({"x-amz-algorithm", "x-amz-credential", "x-amz-signature"});
    const bool version_2 = any({"AWSAccessKeyId", "signature"});
    auto policy = form.find("policy");
    if (!version_4 && !version_2 && !policy) return Caller{};
    if (!policy) return missing_field("policy");
    return version_4 ? by_version_4(form, *policy, expected, credentials, keys, now)
                     : by_version_2(form, *policy, expected, credentials, now);
}

}  // namespace sekisho::authn
