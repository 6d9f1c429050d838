#include "services/organizations/tree.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "base/check.h"
#include "services/organizations/aws_policies.h"

namespace sekisho::organizations {

namespace {

template <class Row>
const Row* own(const store::Collection<Row>& rows, std::string_view organization, std::string_view id) {
    const Row* row = rows.find(id);
    return row && !organization.empty() && row->organization == organization ? row : nullptr;
}

// Root first, the account last.
std::vector<const Target*> path_to(const State& state, const Account& account) {
    std::vector<const Target*> path{&account};
    std::string_view at = account.parent;
    while (const Unit* unit = find_unit(state, account.organization, at)) {
        path.insert(path.begin(), unit);
        at = unit->parent;
    }
    path.insert(path.begin(), &root_of(state, account.organization));
    return path;
}

authz::OrganizationPlace::Levels levels(const State& state, const std::vector<const Target*>& path, std::string_view type) {
    authz::OrganizationPlace::Levels out;
    for (const Target* target : path) {
        auto& level = out.emplace_back();
        for (const std::string& id : target->policies) {
            const Policy* row = find_policy(state, target->organization, id);
            if (row && row->type == type)
                level.push_back({fmt::format("{} ({}) of {}", row->id, row->name, target->id), row->compiled});
        }
    }
    return out;
}

}  // namespace

const Organization* organization_of(const State& state, std::string_view account) {
    const Account* row = state.accounts.find(account);
    return row && !row->organization.empty() ? state.organizations.find(row->organization) : nullptr;
}

const Root& root_of(const State& state, std::string_view organization) {
    for (const auto& [id, root] : state.roots)
        if (root->organization == organization) return *root;
    throw Fault("organisation " + std::string(organization) + " has no root");
}

const Root* find_root(const State& state, std::string_view organization, std::string_view id) {
    return own(state.roots, organization, id);
}
const Unit* find_unit(const State& state, std::string_view organization, std::string_view id) {
    return own(state.units, organization, id);
}
const Account* find_account(const State& state, std::string_view organization, std::string_view id) {
    return own(state.accounts, organization, id);
}
const Target* find_parent(const State& state, std::string_view organization, std::string_view id) {
    if (const Root* root = find_root(state, organization, id)) return root;
    return find_unit(state, organization, id);
}
const Target* find_target(const State& state, std::string_view organization, std::string_view id) {
    if (const Target* parent = find_parent(state, organization, id)) return parent;
    return find_account(state, organization, id);
}
const Policy* find_policy(const State& state, std::string_view organization, std::string_view id) {
    if (const Policy* aws = find_aws_policy(id)) return aws;
    return own(state.policies, organization, id);
}

void change_target(State& state, const Target& target, const std::function<void(Target&)>& change) {
    const std::string id = target.id;
    auto in = [&](auto& rows) {
        const auto* found = rows.find(id);
        if (!found) return;
        auto row = *found;
        change(row);
        rows.put(id, std::move(row));
    };
    in(state.roots), in(state.units), in(state.accounts);
}

void each_target(const State& state, std::string_view organization, const std::function<void(const Target&)>& visit) {
    auto in = [&](const auto& rows) {
        for (const auto& [id, row] : rows)
            if (row->organization == organization) visit(*row);
    };
    in(state.roots), in(state.units), in(state.accounts);
}

std::vector<std::string> attached_to(const State& state, std::string_view organization, std::string_view policy) {
    std::vector<std::string> ids;
    each_target(state, organization, [&](const Target& target) {
        if (std::ranges::find(target.policies, policy) != target.policies.end()) ids.push_back(target.id);
    });
    return ids;
}

std::size_t accounts_in(const State& state, std::string_view organization) {
    return static_cast<std::size_t>(
        std::ranges::count_if(state.accounts, [&](const auto& entry) { return entry.second->organization == organization; }));
}

bool has_children(const State& state, std::string_view organization, std::string_view parent) {
    auto below = [&](const auto& entry) {
        return entry.second->organization == organization && entry.second->parent == parent;
    };
    return std::any_of(state.units.begin(), state.units.end(), below) ||
           std::any_of(state.accounts.begin(), state.accounts.end(), below);
}

int depth_of(const State& state, std::string_view organization, std::string_view parent) {
    int depth = 0;
    while (const Unit* unit = find_unit(state, organization, parent)) {
        parent = unit->parent;
        ++depth;
    }
    return depth;
}

std::string arn_of(const State& state, const Organization& organization, std::string_view id) {
    if (id.starts_with("p-")) {
        const Policy* row = find_policy(state, organization.id, id);
        std::string type = row ? to_lower(row->type) : "*";
        if (row && row->organization.empty()) return fmt::format("arn:aws:organizations::aws:policy/{}/{}", type, id);
        return fmt::format("arn:aws:organizations::{}:policy/{}/{}/{}", organization.management, organization.id, type, id);
    }
    std::string_view kind = id.starts_with("r-")    ? "root"
                            : id.starts_with("ou-") ? "ou"
                            : id.starts_with("o-")  ? ""
                                                    : "account";
    if (kind.empty()) return fmt::format("arn:aws:organizations::{}:organization/{}", organization.management, id);
    return fmt::format("arn:aws:organizations::{}:{}/{}/{}", organization.management, kind, organization.id, id);
}

authz::SharedPlace place_of(const State& state, std::string_view account) {
    const Organization* organization = organization_of(state, account);
    if (!organization) return nullptr;
    const Account& row = *state.accounts.find(account);
    const std::vector<const Target*> path = path_to(state, row);
    auto place = std::make_shared<authz::OrganizationPlace>();
    place->organization = organization->id;
    place->path = organization->id + "/";
    for (const Target* target : path)
        if (target != &row) place->path += target->id + "/";
    // "SCPs don't affect users or roles in the management account"; "RCPs don't affect resources in the management account".
    if (organization->management == account) return place;
    for (const std::string& type : root_of(state, organization->id).types)
        (type == rcp_type ? place->rcp : place->scp) = levels(state, path, type);
    return place;
}

}  // namespace sekisho::organizations
