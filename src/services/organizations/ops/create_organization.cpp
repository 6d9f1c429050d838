#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

Result<json> answer_create_organization(State& state, const Here& here) {
    if (!here.id().empty()) return fail(error::AlreadyInOrganizationException);
    Organization made;
    made.id = here.token("o-", 10);
    made.management = here.account.value;
    made.feature_set = here.in.value("FeatureSet", "ALL");
    made.created_ms = epoch_millis(here.now);
    Root root;
    root.id = here.token("r-", 4);
    root.organization = made.id;
    // An account that left another organisation keeps its name and address.
    const Account* known = state.accounts.find(made.management);
    Account account = known ? *known : Account();
    account.id = made.management;
    account.organization = made.id;
    account.parent = root.id;
    account.created = false;
    account.joined_ms = made.created_ms;
    if (!known) {
        account.name = "Management";
        account.email = "root+" + made.management + "@example.com";  // what nobody was asked for
    }
    state.organizations.put(made.id, made);
    state.roots.put(root.id, root);
    state.accounts.put(made.management, std::move(account));
    return json{{"Organization", organization_json(state, made)}};
}

}  // namespace

Spec create_organization() {
    return {.name = "CreateOrganization",
            .by = By::anyone,
            .fields = {{"FeatureSet", Form::feature_set}},
            .change = answer_create_organization};
}

}  // namespace sekisho::organizations
