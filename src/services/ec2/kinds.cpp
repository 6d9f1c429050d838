#include "services/ec2/kinds.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sekisho::ec2 {

namespace {

constexpr std::array kinds{&kind::vpc,
                           &kind::subnet,
                           &kind::internet_gateway,
                           &kind::route_table,
                           &kind::nat_gateway,
                           &kind::address,
                           &kind::security_group,
                           &kind::security_group_rule,
                           &kind::network_acl,
                           &kind::network_interface,
                           &kind::endpoint,
                           &kind::instance,
                           &kind::volume,
                           &kind::dhcp_options,
                           &kind::prefix_list,
                           &kind::image,
                           &kind::key_pair};

std::unexpected<ApiError> error(std::string_view code, std::string message) {
    return fail(ApiError{std::string(code), 400, std::move(message), {}});
}

}  // namespace

bool well_formed(const Kind& kind, std::string_view id) {
    if (!id.starts_with(kind.prefix) || id.size() <= kind.prefix.size() || id[kind.prefix.size()] != '-') return false;
    std::string_view digits = id.substr(kind.prefix.size() + 1);
    if (digits.size() != 8 && digits.size() != 17) return false;
    return std::all_of(digits.begin(), digits.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::unexpected<ApiError> malformed(const Kind& kind, std::string_view id) {
    if (&kind == &kind::nat_gateway) return error(kind.malformed_code, fmt::format("The Nat Gateway ID '{}' is malformed", id));
    return error(kind.malformed_code, fmt::format("Invalid id: \"{}\" (expecting \"{}-...\")", id, kind.prefix));
}

std::unexpected<ApiError> not_found(const Kind& kind, std::string_view id) {
    return error(kind.not_found_code, fmt::format(fmt::runtime(kind.not_found_text), id));
}

std::unexpected<ApiError> not_found(const Kind& kind, const std::vector<std::string>& ids) {
    if (ids.size() == 1) return not_found(kind, ids.front());
    std::string all;
    for (const std::string& id : ids) all += (all.empty() ? "" : ", ") + id;
    std::string text = fmt::format(fmt::runtime(kind.not_found_text), all);
    for (auto [one, many] : {std::pair{" ID '", " IDs '"}, {"does not exist", "do not exist"}})
        if (auto at = text.find(one); at != std::string::npos) text.replace(at, std::string_view(one).size(), many);
    return error(kind.not_found_code, std::move(text));
}

Result<void> check_id(const Kind& kind, std::string_view id) {
    if (!well_formed(kind, id)) return malformed(kind, id);
    return {};
}

const Kind* kind_of(std::string_view id) {
    for (const Kind* kind : kinds)
        if (id.size() > kind->prefix.size() && id.starts_with(kind->prefix) && id[kind->prefix.size()] == '-') return kind;
    return nullptr;
}

const Kind* kind_of_type(std::string_view type) {
    for (const Kind* kind : kinds)
        if (kind->type == type) return kind;
    return nullptr;
}

std::string arn(const Region& region, const AccountId& account, const Kind& kind, std::string_view id) {
    std::string_view owner = &kind == &kind::image ? std::string_view() : std::string_view(account.value);
    return fmt::format("arn:{}:ec2:{}:{}:{}/{}", arn_partition, region.value, owner, kind.type, id);
}

}  // namespace sekisho::ec2
