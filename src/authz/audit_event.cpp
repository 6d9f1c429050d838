// The audit line. Source: CloudTrail guide, "CloudTrail record contents" and "CloudTrail userIdentity element".
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "authz/audit.h"
#include "base/entropy.h"

namespace sekisho::authz {
namespace {

using Json = nlohmann::ordered_json;

// "This field has a maximum size of 1 KB; content exceeding that limit is truncated."
constexpr std::size_t field_bytes_max = 1024;
constexpr std::size_t parameters_bytes_max = 100 * 1024;

std::string cut(std::string_view text, std::size_t max = field_bytes_max) {
    if (text.size() <= max) return std::string(text);
    std::size_t end = max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // not within a character
    return std::string(text.substr(0, end));
}

Json identity(const authn::Caller& caller) {
    using Kind = authn::Caller::Kind;
    if (caller.kind == Kind::anonymous) return {{"type", "AWSAccount"}, {"principalId", ""}, {"accountId", "anonymous"}};
    Json out{{"type", caller.kind == Kind::root   ? "Root"
                      : caller.kind == Kind::user ? "IAMUser"
                                                  : "AssumedRole"},
             {"principalId", caller.principal_id},
             {"arn", caller.arn},
             {"accountId", caller.account.value},
             {"accessKeyId", caller.access_key_id}};
    if (caller.kind == Kind::user) out["userName"] = caller.user_name;
    if (!caller.token_issued) return out;
    Json session;
    if (caller.kind == Kind::assumed_role) {
        std::string_view id = caller.principal_id;
        session["sessionIssuer"] = {{"type", "Role"},
                                    {"principalId", id.substr(0, id.find(':'))},
                                    {"arn", caller.role_arn},
                                    {"accountId", caller.account.value},
                                    {"userName", caller.role_name}};
    }
    session["attributes"] = {{"creationDate", iso8601(*caller.token_issued)},
                             {"mfaAuthenticated", caller.mfa ? "true" : "false"}};
    if (!caller.role_delivery.empty()) session["ec2RoleDelivery"] = caller.role_delivery;
    out["sessionContext"] = std::move(session);
    return out;
}

Json parameters(const AuditEvent& event) {
    if (event.parameters.empty()) return nullptr;
    Json out = Json::object();
    std::size_t size = 0;
    for (const auto& [name, value] : event.parameters) {
        size += name.size() + value.size();
        if (size > parameters_bytes_max) break;
        out[name] = value;
    }
    return out;
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
    const bool data = is_data_event(event.service, event.operation);
    Json line{{"eventVersion", "1.11"},
              {"userIdentity", identity(event.caller)},
              {"eventTime", iso8601(event.time)},
              {"eventSource", event.service + ".amazonaws.com"},
              {"eventName", event.operation},
              {"awsRegion", event.region.value},
              {"sourceIPAddress", event.origin.peer.text()},
              {"userAgent", cut(event.user_agent)}};
    if (!event.error_code.empty()) {
        line["errorCode"] = cut(event.error_code);
        line["errorMessage"] = cut(event.error_message);
    }
    line["requestParameters"] = parameters(event);
    line["requestID"] = event.id.value;
    line["eventID"] = SystemEntropy().uuid();
    line["readOnly"] = event.read_only;
    line["eventType"] = "AwsApiCall";
    line["managementEvent"] = !data;
    line["recipientAccountId"] = (event.recipient.empty() ? event.caller.account : event.recipient).value;
    if (event.origin.endpoint) {
        line["vpcEndpointId"] = event.origin.endpoint->vpce.value;
        line["vpcEndpointAccountId"] = event.origin.endpoint->account.value;
    }
    line["eventCategory"] = data ? "Data" : "Management";
    // dump() escapes line breaks, so that one event is one line whatever a client sent.
    return line.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace sekisho::authz
