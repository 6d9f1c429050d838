// The audit line. Source: CloudTrail guide, "CloudTrail record contents" and "CloudTrail userIdentity element".
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "authz/audit.h"
#include "base/entropy.h"

namespace sekisho::authz {
namespace {

// "This field has a maximum size of 1 KB; content exceeding that limit is truncated."
constexpr std::size_t field_bytes_max = 1024;
constexpr std::size_t parameters_bytes_max = 100 * 1024;

std::string_view cut(std::string_view text, std::size_t max = field_bytes_max) {
    if (text.size() <= max) return text;
    std::size_t end = max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // not within a character
    return text.substr(0, end);
}

// Writes one line of JSON. Building a document of it first costs four times as much, for each event.
class Line {
   public:
    void begin(std::string_view name = {}) {
        if (!text_.empty()) key(name);
        text_ += '{';
        first_ = true;
    }
    void end() {
        text_ += '}';
        first_ = false;
    }
    void text(std::string_view name, std::string_view value) {
        key(name);
        quote(value);
    }
    void literal(std::string_view name, std::string_view value) {
        key(name);
        text_ += value;
    }
    void flag(std::string_view name, bool value) { literal(name, value ? "true" : "false"); }
    std::string take() { return std::move(text_); }

   private:
    void key(std::string_view name) {
        if (!first_) text_ += ',';
        first_ = false;
        quote(name);
        text_ += ':';
    }
    // Line breaks are escaped, so that one event is one line whatever a client sent.
    void quote(std::string_view value) {
        auto plain = [](char c) { return c >= ' ' && c < 0x7f && c != '"' && c != '\\'; };
        if (std::ranges::all_of(value, plain))
            text_.append(1, '"').append(value).append(1, '"');
        else
            text_ += nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    }

    std::string text_;
    bool first_ = true;
};

void add_session(Line& line, const authn::Caller& caller) {
    line.begin("sessionContext");
    if (caller.kind == authn::Caller::Kind::assumed_role) {
        const std::string_view id = caller.principal_id;
        line.begin("sessionIssuer");
        line.text("type", "Role");
        line.text("principalId", id.substr(0, id.find(':')));
        line.text("arn", caller.role_arn);
        line.text("accountId", caller.account.value);
        line.text("userName", caller.role_name);
        line.end();
    }
    line.begin("attributes");
    line.text("creationDate", iso8601(*caller.token_issued));
    line.text("mfaAuthenticated", caller.mfa ? "true" : "false");
    line.end();
    if (!caller.role_delivery.empty()) line.text("ec2RoleDelivery", caller.role_delivery);
    line.end();
}

void add_identity(Line& line, const authn::Caller& caller) {
    using Kind = authn::Caller::Kind;
    line.begin("userIdentity");
    if (caller.kind == Kind::anonymous) {
        line.text("type", "AWSAccount");
        line.text("principalId", "");
        line.text("accountId", "anonymous");
    } else {
        line.text("type", caller.kind == Kind::root ? "Root" : caller.kind == Kind::user ? "IAMUser" : "AssumedRole");
        line.text("principalId", caller.principal_id);
        line.text("arn", caller.arn);
        line.text("accountId", caller.account.value);
        line.text("accessKeyId", caller.access_key_id);
        if (caller.kind == Kind::user) line.text("userName", caller.user_name);
        if (caller.token_issued) add_session(line, caller);
    }
    line.end();
}

void add_parameters(Line& line, const AuditEvent& event) {
    if (event.parameters.empty()) return line.literal("requestParameters", "null");
    line.begin("requestParameters");
    std::size_t size = 0;
    for (const auto& [name, value] : event.parameters) {
        size += name.size() + value.size();
        if (size > parameters_bytes_max) break;
        line.text(name, value);
    }
    line.end();
}

// S3 guide, "Amazon S3 CloudTrail events": object-level actions.
constexpr std::array data_operations = {
    std::string_view("AbortMultipartUpload"),
    std::string_view("CompleteMultipartUpload"),
    std::string_view("CopyObject"),
    std::string_view("CreateMultipartUpload"),
    std::string_view("DeleteObject"),
    std::string_view("DeleteObjectTagging"),
    std::string_view("DeleteObjects"),
    std::string_view("GetObject"),
    std::string_view("GetObjectAcl"),
    std::string_view("GetObjectAttributes"),
    std::string_view("GetObjectLegalHold"),
    std::string_view("GetObjectRetention"),
    std::string_view("GetObjectTagging"),
    std::string_view("GetObjectTorrent"),
    std::string_view("HeadBucket"),
    std::string_view("HeadObject"),
    std::string_view("ListMultipartUploads"),
    std::string_view("ListObjectVersions"),
    std::string_view("ListObjects"),
    std::string_view("ListObjectsV2"),
    std::string_view("ListParts"),
    std::string_view("PostObject"),
    std::string_view("PutObject"),
    std::string_view("PutObjectAcl"),
    std::string_view("PutObjectLegalHold"),
    std::string_view("PutObjectRetention"),
    std::string_view("PutObjectTagging"),
    std::string_view("RestoreObject"),
    std::string_view("SelectObjectContent"),
    std::string_view("UploadPart"),
    std::string_view("UploadPartCopy"),
};

}  // namespace

bool is_data_event(std::string_view service, std::string_view operation) {
    return service == "s3" && std::ranges::find(data_operations, operation) != data_operations.end();
}

std::string render(const AuditEvent& event) {
    static SystemEntropy entropy;
    static PooledEntropy event_ids(entropy);
    const bool data = is_data_event(event.service, event.operation);
    Line line;
    line.begin();
    line.text("eventVersion", "1.11");
    add_identity(line, event.caller);
    line.text("eventTime", iso8601(event.time));
    line.text("eventSource", event.service + ".amazonaws.com");
    line.text("eventName", event.operation);
    line.text("awsRegion", event.region.value);
    line.text("sourceIPAddress", event.origin.peer.text());
    line.text("userAgent", cut(event.user_agent));
    if (!event.error_code.empty()) {
        line.text("errorCode", cut(event.error_code));
        line.text("errorMessage", cut(event.error_message));
    }
    add_parameters(line, event);
    line.text("requestID", event.id.value);
    line.text("eventID", event_ids.uuid());
    line.flag("readOnly", event.read_only);
    line.text("eventType", "AwsApiCall");
    line.flag("managementEvent", !data);
    line.text("recipientAccountId", (event.recipient.empty() ? event.caller.account : event.recipient).value);
    if (event.origin.endpoint) {
        line.text("vpcEndpointId", event.origin.endpoint->vpce.value);
        line.text("vpcEndpointAccountId", event.origin.endpoint->account.value);
    }
    line.text("eventCategory", data ? "Data" : "Management");
    line.end();
    return line.take();
}

}  // namespace sekisho::authz
