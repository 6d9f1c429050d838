// GetAccountSummary, ListAccountAliases, and what a user may have elsewhere but never has here: MFA devices, certificates, keys
// for other protocols, a console password. Clients that remove a user ask for each.
#include <fmt/format.h>

#include "services/iam/identities.h"
#include "services/iam/managed.h"
#include "wire/errors/iam.h"

namespace sekisho::iam {

namespace {

Result<void> summary(const State& state, const Input& in, wire::XmlWriter& out) {
    std::size_t versions = 0;
    for (const auto& [key, policy] : state.policies) versions += policy->versions.size();
    std::size_t root_keys = in->directory->configured_root_key(in->account).empty() ? 0 : 1;
    for (const auto& [id, key] : state.access_keys) root_keys += key->user.empty();
    const std::pair<std::string_view, std::size_t> entries[] = {
        {"AccessKeysPerUserQuota", 2},
        {"AccountAccessKeysPresent", root_keys > 0 ? 1 : 0},
        {"AccountMFAEnabled", 0},
        {"AccountSigningCertificatesPresent", 0},
        {"AssumeRolePolicySizeQuota", 2048},
        {"AttachedPoliciesPerGroupQuota", 10},
        {"AttachedPoliciesPerRoleQuota", 10},
        {"AttachedPoliciesPerUserQuota", 10},
        {"GlobalEndpointTokenVersion", 1},
        {"GroupPolicySizeQuota", 5120},
        {"Groups", state.groups.size()},
        {"GroupsPerUserQuota", 10},
        {"GroupsQuota", 300},
        {"InstanceProfiles", state.profiles.size()},
        {"InstanceProfilesQuota", 1000},
        {"MFADevices", 0},
        {"MFADevicesInUse", 0},
        {"Policies", state.policies.size()},
        {"PoliciesQuota", 1500},
        {"PolicySizeQuota", 6144},
        {"PolicyVersionsInUse", versions},
        {"PolicyVersionsInUseQuota", 10000},
        {"Providers", 0},
        {"RolePolicySizeQuota", 10240},
        {"Roles", state.roles.size()},
        {"RolesQuota", 1000},
        {"ServerCertificates", 0},
        {"ServerCertificatesQuota", 20},
        {"SigningCertificatesPerUserQuota", 2},
        {"UserPolicySizeQuota", 2048},
        {"Users", state.users.size()},
        {"UsersQuota", 5000},
        {"VersionsPerPolicyQuota", 5},
    };
    out.open("SummaryMap");
    for (const auto& [key, value] : entries) out.open("entry").text("key", key).number("value", value).close();
    out.close();
    return {};
}

// An empty list, of an existing user where one is named.
template <std::size_t N>
struct Name {
    char text[N];
    constexpr Name(const char (&t)[N]) { std::copy(t, t + N, text); }
};
template <Name list, bool paged>
Result<void> nothing(const State& state, const Input& in, wire::XmlWriter& out) {
    if (in->has("UserName"))
        if (Result<const Identity*> user = need_identity(state, Who::user, in->get("UserName")); !user)
            return fail(std::move(user.error()));
    out.empty(list.text);
    if constexpr (paged) out.boolean("IsTruncated", false);
    return {};
}

// There are no passwords, so no user has one.
Result<void> no_login_profile(const State& state, const Input& in) {
    const std::string name = in->get("UserName");
    if (Result<const Identity*> user = need_identity(state, Who::user, name); !user) return fail(std::move(user.error()));
    return fail(error::NoSuchEntity, fmt::format("Login Profile for User {} cannot be found.", name));
}
Result<void> get_login_profile(const State& state, const Input& in, wire::XmlWriter&) { return no_login_profile(state, in); }
Result<void> delete_login_profile(State& state, const Input& in, wire::XmlWriter&) { return no_login_profile(state, in); }

}  // namespace

std::vector<Spec> account_operations() {
    return {
        {.name = "GetAccountSummary", .read = summary},
        {.name = "ListAccountAliases", .parameters = {marker, max_items}, .read = nothing<"AccountAliases", true>},
        {.name = "ListMFADevices",
         .who = Who::user,
         .parameters = {maybe_user, marker, max_items},
         .read = nothing<"MFADevices", true>},
        {.name = "ListVirtualMFADevices", .parameters = {marker, max_items}, .read = nothing<"VirtualMFADevices", true>},
        {.name = "ListSigningCertificates",
         .who = Who::user,
         .parameters = {maybe_user, marker, max_items},
         .read = nothing<"Certificates", true>},
        {.name = "ListSSHPublicKeys",
         .who = Who::user,
         .parameters = {maybe_user, marker, max_items},
         .read = nothing<"SSHPublicKeys", true>},
        {.name = "ListServiceSpecificCredentials",
         .who = Who::user,
         .parameters = {maybe_user},
         .read = nothing<"ServiceSpecificCredentials", false>},
        {.name = "GetLoginProfile", .who = Who::user, .parameters = {new_user}, .read = get_login_profile},
        // Terraform's force_destroy asks for it.
        {.name = "DeleteLoginProfile", .who = Who::user, .parameters = {new_user}, .change = delete_login_profile},
    };
}

}  // namespace sekisho::iam
