#include "services/s3/names.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/ip.h"
#include "wire/errors/s3.h"

namespace sekisho::s3 {

namespace {

bool lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

constexpr std::string_view aws_suffix = "amazonaws.com";

// "s3", "s3.eu-west-1", "s3-eu-west-1", "s3.dualstack.eu-west-1": the label(s) before .amazonaws.com → the region.
std::optional<std::string> region_of_service(std::string_view service) {
    if (service == "s3") return "";
    for (std::string_view start : {"s3.dualstack.", "s3-fips.", "s3.", "s3-"}) {
        if (!service.starts_with(start)) continue;
        std::string_view region = service.substr(start.size());
        if (region == "external-1") return "us-east-1";
        if (region.find('.') == std::string_view::npos && std::ranges::count(region, '-') >= 2) return std::string(region);
    }
    return std::nullopt;
}

}  // namespace

bool valid_bucket_name(std::string_view name) {
    if (name.size() < 3 || name.size() > 63) return false;
    if (!lower_or_digit(name.front()) || !lower_or_digit(name.back())) return false;
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (!lower_or_digit(name[i]) && name[i] != '-' && name[i] != '.') return false;
        if (name[i] == '.' && name[i - 1] == '.') return false;
    }
    if (IpAddress::parse(name)) return false;
    for (std::string_view prefix : {"xn--", "sthree-", "amzn-s3-demo-"})
        if (name.starts_with(prefix)) return false;
    for (std::string_view suffix : {"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"})
        if (name.ends_with(suffix)) return false;
    return true;
}

bool possible_bucket_name(std::string_view name) {
    auto possible = [](char c) { return lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '-'; };
    return name.size() >= 3 && name.size() <= 255 && std::ranges::all_of(name, possible);
}

Result<void> check_key(std::string_view key) {
    if (key.size() > key_utf8_bytes_max)
        return fail(error::s3::KeyTooLongError, std::string(error::s3::KeyTooLongError.text),
                    {{"Size", std::to_string(key.size())}, {"MaxSizeAllowed", std::to_string(key_utf8_bytes_max)}});
    if (!valid_utf8(key) || key.find('\0') != std::string_view::npos) return fail(error::s3::InvalidURI);
    return {};
}

HostName parse_host(std::string_view host, std::span<const std::string> suffixes) {
    if (host.starts_with('[')) return {};
    host = host.substr(0, host.rfind(':'));
    std::string name = to_lower(host);
    std::string_view rest = name;
    if (rest.ends_with(aws_suffix) && rest.size() > aws_suffix.size() && rest[rest.size() - aws_suffix.size() - 1] == '.') {
        rest.remove_suffix(aws_suffix.size() + 1);
        if (auto region = region_of_service(rest)) return {"", region};
        for (std::string_view service : {".s3-accesspoint.dualstack.", ".s3-accesspoint-fips.", ".s3-accesspoint."}) {
            std::size_t at = rest.find(service);
            if (at == std::string_view::npos) continue;
            return {std::string(rest.substr(0, at)), std::string(rest.substr(at + service.size())), true};
        }
        // The bucket's name may itself have dots: the service begins at some dot, the leftmost that makes sense.
        for (std::size_t dot = rest.find('.'); dot != std::string_view::npos; dot = rest.find('.', dot + 1))
            if (auto region = region_of_service(rest.substr(dot + 1))) return {std::string(rest.substr(0, dot)), region};
        return {};
    }
    std::string_view longest;
    for (const std::string& suffix : suffixes) {
        if (rest == suffix) return {};
        if (rest.size() > suffix.size() + 1 && rest.ends_with(suffix) && rest[rest.size() - suffix.size() - 1] == '.' &&
            suffix.size() > longest.size())
            longest = suffix;
    }
    if (longest.empty()) return {};
    return {std::string(rest.substr(0, rest.size() - longest.size() - 1)), std::nullopt};
}

}  // namespace sekisho::s3
