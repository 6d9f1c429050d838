#include "services/ec2/view.h"

#include "services/ec2/limits.h"
#include "wire/errors/ec2.h"

namespace sekisho::ec2 {

Result<std::optional<std::string>> Change::made_before(const std::string& token) const {
    if (token.empty()) return std::optional<std::string>();
    if (token.size() > limits::client_token_characters)
        return fail(error::ec2::InvalidParameterValue, "The client token is longer than 64 characters");
    const ClientToken* row = state.client_tokens.find(operation + "/" + token);
    if (!row || row->time + limits::client_token_ms < millis()) return std::optional<std::string>();
    if (row->request != request) return fail(error::ec2::IdempotentParameterMismatch);
    return std::optional(row->made);
}

void Change::remember(const std::string& token, const std::string& made) {
    if (!token.empty()) state.client_tokens.put(operation + "/" + token, {request, made, millis()});
}

namespace {

bool is_old(const Instance& row, Millis now) { return row.state == "terminated" && row.ended + limits::ended_visible_ms < now; }
bool is_old(const NatGateway& row, Millis now) {
    return (row.state == "deleted" || row.state == "failed") && row.deleted + limits::ended_visible_ms < now;
}
bool is_old(const ClientToken& row, Millis now) { return row.time + limits::client_token_ms < now; }

template <class Row>
void forget(store::Collection<Row>& rows, Millis now) {
    std::vector<std::string> old;
    for (const auto& [key, row] : rows)
        if (is_old(*row, now)) old.push_back(key);
    for (const std::string& key : old) rows.erase(key);
}

}  // namespace

void forget_old(State& state, Millis now) {
    forget(state.instances, now);
    forget(state.nat_gateways, now);
    forget(state.client_tokens, now);
}

bool holds_old(const State& state, Millis now) {
    for (const auto& [id, row] : state.instances)
        if (is_old(*row, now)) return true;
    for (const auto& [id, row] : state.nat_gateways)
        if (is_old(*row, now)) return true;
    return false;
}

}  // namespace sekisho::ec2
