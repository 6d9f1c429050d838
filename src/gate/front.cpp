#include "gate/front.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"

namespace sekisho::gate {

namespace {

struct Scope {
    std::string region, service;
};

// AKID/20261123/us-east-1/s3/aws4_request; an access key id holds no slash.
std::optional<Scope> scope_of(std::string_view credential) {
    auto parts = split(credential, '/');
    if (parts.size() != 5) return std::nullopt;
    return Scope{std::string(parts[2]), std::string(parts[3])};
}

std::optional<std::string_view> header_credential(const http::Request& request) {
    auto authorization = request.headers.find("authorization");
    if (!authorization) return std::nullopt;
    std::size_t at = authorization->find("Credential=");
    if (at == std::string_view::npos) return std::string_view();
    std::string_view value = authorization->substr(at + 11);
    return value.substr(0, value.find_first_of(", "));
}

std::optional<std::string> query_value(std::string_view query, std::string_view name) {
    while (!query.empty()) {
        std::string_view pair = query.substr(0, query.find('&'));
        if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=')
            return percent_decode(pair.substr(name.size() + 1));
        query.remove_prefix(std::min(pair.size() + 1, query.size()));
    }
    return std::nullopt;
}

std::string_view host_name(const http::Request& request) {
    std::string_view host = request.headers.find("host").value_or("");
    if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
    return host.substr(0, host.find(':'));
}

// Region names are two letters, words and a digit: us-east-1, ap-southeast-2, us-gov-west-1.
bool region_like(std::string_view label) {
    return label.size() >= 9 && label.size() <= 20 && label.back() >= '0' && label.back() <= '9' && label[2] == '-' &&
           split(label, '-').size() >= 3;
}

// S3 Control is signed as S3 and told apart by its path and by the account: the header x-amz-account-id, or the host's first
// label. (A bucket may be called v20180820.)
bool is_s3_control(const http::Request& request, std::string_view host) {
    if (!request.path.starts_with("/v20180820/")) return false;
    if (request.headers.find("x-amz-account-id")) return true;
    auto labels = split(host, '.');
    return labels.size() > 1 && labels[1] == "s3-control";
}

// The service label of an amazonaws.com name; "s3" also for a bucket's own name.
std::optional<std::string> service_of_host(std::string_view host) {
    auto labels = split(host, '.');
    if (labels.size() < 3 || labels[labels.size() - 2] != "amazonaws" || labels.back() != "com") return std::nullopt;
    std::size_t last = labels.size() - 3;
    if (region_like(labels[last]) && last > 0) --last;
    if (labels[last] == "dualstack" && last > 0) --last;
    return std::string(labels[last]);
}

}  // namespace

std::optional<std::string> region_of_host(std::string_view host) {
    auto labels = split(host, '.');
    if (labels.size() < 4 || labels[labels.size() - 2] != "amazonaws" || labels.back() != "com") return std::nullopt;
    std::string_view label = labels[labels.size() - 3];
    if (!region_like(label)) return std::nullopt;
    return std::string(label);
}

Addressed address(const http::Request& request) {
    Addressed addressed;
    std::optional<Scope> scope;
    if (auto credential = header_credential(request)) {
        addressed.signed_request = true;
        scope = scope_of(*credential);
    } else if (auto in_query = query_value(request.query, "X-Amz-Credential")) {
        addressed.signed_request = true;
        scope = scope_of(*in_query);
    }
    std::string_view host = host_name(request);
    if (scope) {
        addressed.service = scope->service == "s3" && is_s3_control(request, host) ? "s3control" : scope->service;
        addressed.region = scope->region;
        return addressed;
    }
    addressed.region = region_of_host(host);
    if (auto target = request.headers.find("x-amz-target"); target && target->starts_with("Sekisho."))
        addressed.service = "sekisho";
    else if (auto named = service_of_host(host))
        addressed.service = *named == "s3-accesspoint" ? "s3" : *named == "s3-control" ? "s3control" : *named;
    else
        addressed.service = "s3";  // an anonymous request by an address: an object, or nothing
    return addressed;
}

}  // namespace sekisho::gate
