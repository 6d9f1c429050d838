#include "policy/principal.h"

#include <algorithm>

#include "policy/evaluate.h"

namespace sekisho::policy {
namespace {

using Type = PrincipalEntry::Type;

bool is_account_id(std::string_view text) {
    return text.size() == 12 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_unique_id(std::string_view text) {
    if (text.size() < 16 || text.size() > 128) return false;
    if (!text.starts_with("AIDA") && !text.starts_with("AROA")) return false;
    return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
}

// The account of arn:aws:iam::123456789012:root, else empty.
std::string_view account_of_root(std::string_view arn) {
    constexpr std::string_view before = "arn:aws:iam::", after = ":root";
    if (arn.size() != before.size() + 12 + after.size() || !arn.starts_with(before) || !arn.ends_with(after)) return {};
    std::string_view account = arn.substr(before.size(), 12);
    return is_account_id(account) ? account : std::string_view();
}

bool is_principal_arn(std::string_view arn) {
    if (arn.find_first_of("*?") != std::string_view::npos || !arn.starts_with("arn:aws:")) return false;
    std::string_view rest = arn.substr(8);
    bool iam = rest.starts_with("iam::");
    if (!iam && !rest.starts_with("sts::")) return false;
    rest.remove_prefix(5);
    if (rest.size() < 14 || !is_account_id(rest.substr(0, 12)) || rest[12] != ':') return false;
    rest.remove_prefix(13);
    auto named = [&](std::string_view kind) {
        return rest.starts_with(kind) && rest.size() > kind.size() && !rest.ends_with('/');
    };
    return iam ? named("user/") || named("role/") : named("assumed-role/") || named("federated-user/");
}

// AROA…:session → AROA…
std::string_view role_id(std::string_view id) { return id.substr(0, id.find(':')); }

bool is_account(const PrincipalEntry& entry, const PrincipalFacts& caller) {
    return entry.type == Type::account && entry.account == caller.account;
}
bool is_user_or_session(const PrincipalEntry& entry, const PrincipalFacts& caller) {
    if (entry.type == Type::arn) return entry.text == caller.arn;
    return entry.type == Type::unique_id && caller.kind == PrincipalFacts::Kind::user && entry.text == caller.id;
}
bool is_role(const PrincipalEntry& entry, const PrincipalFacts& caller) {
    if (entry.type == Type::arn) return entry.text == caller.role_arn;
    return entry.type == Type::unique_id && entry.text == role_id(caller.id);
}
bool is_canonical_user(const PrincipalEntry& entry, const PrincipalFacts& caller) {
    return entry.type == Type::canonical_user && !caller.canonical_id.empty() && entry.text == caller.canonical_id;
}

Naming names(const PrincipalEntry& entry, const PrincipalFacts& caller) {
    if (entry.type == Type::everyone) return Naming::direct;
    switch (caller.kind) {
        case PrincipalFacts::Kind::anonymous:
            return Naming::none;
        case PrincipalFacts::Kind::service:
            return entry.type == Type::service && entry.text == caller.arn ? Naming::direct : Naming::none;
        case PrincipalFacts::Kind::root:
            return is_account(entry, caller) || is_canonical_user(entry, caller) ? Naming::direct : Naming::none;
        case PrincipalFacts::Kind::role_session:
            if (is_user_or_session(entry, caller)) return Naming::direct;
            if (is_role(entry, caller)) return Naming::role;
            break;
        case PrincipalFacts::Kind::user:
            if (is_user_or_session(entry, caller)) return Naming::direct;
            break;
    }
    return is_account(entry, caller) || is_canonical_user(entry, caller) ? Naming::account : Naming::none;
}

}  // namespace

PrincipalEntry read_principal(std::string_view map_key, std::string_view text, Position position) {
    PrincipalEntry entry;
    entry.text = text;
    entry.position = position;
    if (map_key == "Service") {
        entry.type = text == "*" ? Type::invalid : Type::service;
    } else if (map_key == "Federated") {
        entry.type = Type::federated;
    } else if (map_key == "CanonicalUser") {
        entry.type = Type::canonical_user;
    } else if (map_key == "AWS") {
        if (text == "*")
            entry.type = Type::everyone;
        else if (is_account_id(text))
            entry.type = Type::account, entry.account = text;
        else if (auto account = account_of_root(text); !account.empty())
            entry.type = Type::account, entry.account = account;
        else if (is_unique_id(text))
            entry.type = Type::unique_id;
        else if (is_principal_arn(text))
            entry.type = Type::arn;
    }
    return entry;
}

Naming names(const std::vector<PrincipalEntry>& entries, const PrincipalFacts& caller) {
    Naming best = Naming::none;
    for (const PrincipalEntry& entry : entries) best = std::max(best, names(entry, caller));
    return best;
}

bool exempts(const std::vector<PrincipalEntry>& entries, const PrincipalFacts& caller) {
    auto listed = [&](auto&& test) { return std::ranges::any_of(entries, test); };
    if (listed([](const PrincipalEntry& e) { return e.type == Type::everyone; })) return true;
    switch (caller.kind) {
        case PrincipalFacts::Kind::anonymous:
            return false;
        case PrincipalFacts::Kind::service:
            return listed([&](const PrincipalEntry& e) { return e.type == Type::service && e.text == caller.arn; });
        default:
            break;
    }
    if (!listed([&](const PrincipalEntry& e) { return is_account(e, caller) || is_canonical_user(e, caller); })) return false;
    if (caller.kind == PrincipalFacts::Kind::root) return true;
    if (!listed([&](const PrincipalEntry& e) { return is_user_or_session(e, caller); })) return false;
    return caller.kind != PrincipalFacts::Kind::role_session ||
           listed([&](const PrincipalEntry& e) { return is_role(e, caller); });
}

}  // namespace sekisho::policy
