#include "services/organizations/operation.h"

#include "base/bytes.h"

namespace sekisho::organizations {

namespace {

json type_json(const std::string& type) { return {{"Type", type}, {"Status", "ENABLED"}}; }

}  // namespace

json organization_json(const State& state, const Organization& organization) {
    const Account& management = *state.accounts.find(organization.management);
    json types = json::array();
    // "Do not use. This field is deprecated": it says SERVICE_CONTROL_POLICY and nothing else.
    if (organization.feature_set == "ALL") types.push_back(type_json(std::string(scp_type)));
    return {{"Id", organization.id},
            {"Arn", arn_of(state, organization, organization.id)},
            {"FeatureSet", organization.feature_set},
            {"MasterAccountArn", arn_of(state, organization, organization.management)},
            {"MasterAccountId", organization.management},
            {"MasterAccountEmail", management.email},
            {"AvailablePolicyTypes", std::move(types)}};
}

json root_json(const State& state, const Organization& organization, const Root& root) {
    json types = json::array();
    for (const std::string& type : root.types) types.push_back(type_json(type));
    return {
        {"Id", root.id}, {"Arn", arn_of(state, organization, root.id)}, {"Name", "Root"}, {"PolicyTypes", std::move(types)}};
}

json unit_json(const State& state, const Organization& organization, const Unit& unit) {
    return {{"Id", unit.id}, {"Arn", arn_of(state, organization, unit.id)}, {"Name", unit.name}};
}

json account_json(const State& state, const Organization& organization, const Account& account) {
    return {{"Id", account.id},
            {"Arn", arn_of(state, organization, account.id)},
            {"Email", account.email},
            {"Name", account.name},
            {"Status", account.suspended ? "SUSPENDED" : "ACTIVE"},
            {"State", account.suspended ? "SUSPENDED" : "ACTIVE"},
            {"JoinedMethod", account.created ? "CREATED" : "INVITED"},
            {"JoinedTimestamp", timestamp(account.joined_ms)}};
}

json policy_summary_json(const State& state, const Organization& organization, const Policy& policy) {
    return {{"Id", policy.id},     {"Arn", arn_of(state, organization, policy.id)},
            {"Name", policy.name}, {"Description", policy.description},
            {"Type", policy.type}, {"AwsManaged", policy.organization.empty()}};
}

json policy_json(const State& state, const Organization& organization, const Policy& policy) {
    return {{"Policy", {{"PolicySummary", policy_summary_json(state, organization, policy)}, {"Content", policy.content}}}};
}

json account_request_json(const AccountRequest& request) {
    json out{{"Id", request.id},
             {"AccountName", request.account_name},
             {"State", request.account.empty() ? "FAILED" : "SUCCEEDED"},
             {"RequestedTimestamp", timestamp(request.requested_ms)},
             {"CompletedTimestamp", timestamp(request.requested_ms)}};
    if (request.account.empty())
        out["FailureReason"] = request.failure;
    else
        out["AccountId"] = request.account;
    return out;
}

Result<json> page(std::string_view name, std::vector<Row> rows, const Here& here) {
    constexpr std::string_view mark = "1:";  // the format of tokens
    std::string after;
    if (here.has("NextToken")) {
        std::optional<std::string> text = from_base64(here.text("NextToken"));
        if (!text || !text->starts_with(mark))
            return invalid("INVALID_NEXT_TOKEN",
                           "The value of NextToken is invalid. Get the value from the response to a previous call.");
        after = text->substr(mark.size());
    }
    const std::size_t most = here.in.value("MaxResults", std::size_t{20});
    json items = json::array();
    std::string last;
    for (Row& row : rows) {
        if (row.key <= after) continue;
        if (items.size() == most) return json{{name, std::move(items)}, {"NextToken", to_base64(std::string(mark) + last)}};
        last = row.key;
        items.push_back(std::move(row.value));
    }
    return json{{name, std::move(items)}};
}

}  // namespace sekisho::organizations
