#include <fmt/format.h>
#include <algorithm>

#include "base/bytes.h"
#include "services/iam/unique_ids.h"
#include "services/organizations/aws_policies.h"
#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

constexpr std::size_t accounts_max = 10'000;  // the quota is 10, and can be raised to this
constexpr std::string_view administrator = "arn:aws:iam::aws:policy/AdministratorAccess";

bool email_taken(const State& state, const std::string& email) {
    return std::ranges::any_of(state.accounts, [&](const auto& entry) { return entry.second->email == email; });
}

std::string fresh_account(const Organizations& organizations, Entropy& entropy) {
    for (;;) {
        std::string id = entropy.text(1, "123456789") + entropy.text(11, "0123456789");
        if (!organizations.directory().account(AccountId(id))) return id;
    }
}

iam::Role access_role(const Here& here, const Organization& organization) {
    iam::Role role;
    role.name = here.in.value("RoleName", "OrganizationAccountAccessRole");
    role.path = "/";
    role.id = iam::unique_id("AROA", *here.entropy);
    role.created_ms = epoch_millis(here.now);
    role.attached = {std::string(administrator)};
    role.trust = iam::PolicyText::of(
        fmt::format(
            R"({{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{}:root"}},"Action":"sts:AssumeRole"}}]}})",
            organization.management),
        policy::Kind::trust);
    return role;
}

// The account and its role are there before anybody can know its number; a crash in between leaves a number that nobody uses.
Task<Result<void>> prepare_account(Organizations* organizations, Here* here) {
    std::shared_ptr<const State> state = organizations->read();
    const Organization* organization = organization_of(*state, here->account.value);
    if (!organization || organization->management != here->account.value || email_taken(*state, here->text("Email")))
        co_return Result<void>();
    here->new_account = fresh_account(*organizations, *here->entropy);
    const AccountId id(here->new_account);
    co_await organizations->directory().add_account(id, here->now);
    auto role = std::make_shared<const iam::Role>(access_role(*here, *organization));
    std::function<Result<int>(iam::State&)> add_role = [role](iam::State& rows) -> Result<int> {
        rows.roles.put(to_lower(role->name), *role);
        return 0;
    };
    co_await organizations->directory().account(id)->change(std::move(add_role));
    co_return Result<void>();
}

Result<json> answer_create_account(State& state, const Here& here) {
    if (accounts_in(state, here.id()) >= accounts_max)
        return constraint("ACCOUNT_NUMBER_LIMIT_EXCEEDED",
                          "You have exceeded the allowed number of AWS accounts for your organization.");
    AccountRequest request;
    request.id = "car-" + here.entropy->hex(32);
    request.organization = here.id();
    request.account_name = here.text("AccountName");
    request.requested_ms = epoch_millis(here.now);
    const std::string email = here.text("Email");
    if (here.new_account.empty() || email_taken(state, email)) {
        request.failure = "EMAIL_ALREADY_EXISTS";
    } else {
        const Root& root = root_of(state, here.id());
        Account account;
        account.id = request.account = here.new_account;
        account.organization = here.id();
        account.parent = root.id;
        account.name = request.account_name;
        account.email = email;
        account.joined_ms = request.requested_ms;
        for (const std::string& type : root.types) account.policies.push_back(full_access(type).id);
        if (Result<void> tagged = add_tags(account.tags, here.in); !tagged) return fail(std::move(tagged.error()));
        state.accounts.put(here.new_account, std::move(account));
    }
    state.requests.put(request.id, request);
    // It is asynchronous in AWS: the answer never says more than this.
    return json{{"CreateAccountStatus",
                 {{"Id", request.id},
                  {"AccountName", request.account_name},
                  {"State", "IN_PROGRESS"},
                  {"RequestedTimestamp", timestamp(request.requested_ms)}}}};
}

}  // namespace

Spec create_account() {
    return {.name = "CreateAccount",
            .fields = {{"Email", Form::email, true},
                       {"AccountName", Form::account_name, true},
                       {"RoleName", Form::role_name},
                       {"IamUserAccessToBilling", Form::billing},
                       tags},
            .change = answer_create_account,
            .before = prepare_account};
}

}  // namespace sekisho::organizations
