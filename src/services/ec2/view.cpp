#include "services/ec2/view.h"

#include <algorithm>

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
    if (token.empty()) return;
    // More than AWS's clients could use in a day: the oldest gives way, and what it made could be made twice.
    if (state.client_tokens.size() >= limits::client_tokens) {
        auto oldest = std::min_element(state.client_tokens.begin(), state.client_tokens.end(),
                                       [](const auto& a, const auto& b) { return a.second->time < b.second->time; });
        state.client_tokens.erase(std::string(oldest->first));
    }
    state.client_tokens.put(operation + "/" + token, {request, made, millis()});
}

namespace {

bool is_old(const Instance& row, Millis now) { return row.state == "terminated" && row.ended + limits::ended_visible_ms < now; }
bool is_old(const NatGateway& row, Millis now) {
    return (row.state == "deleted" || row.state == "failed") && row.deleted + limits::ended_visible_ms < now;
}
bool is_old(const ClientToken& row, Millis now) { return row.time + limits::client_token_ms < now; }

template <class Row>
void forget(store::Collection<Row>& rows, Millis now, std::size_t& left) {
    std::vector<std::string> old;
    for (const auto& [key, row] : rows) {
        if (old.size() == left) break;
        if (is_old(*row, now)) old.push_back(key);
    }
    for (const std::string& key : old) rows.erase(key);
    left -= old.size();
}

}  // namespace

void forget_old(State& state, Millis now, std::size_t rows_max) {
    forget(state.instances, now, rows_max);
    forget(state.nat_gateways, now, rows_max);
    forget(state.client_tokens, now, rows_max);
}

bool holds_old(const State& state, Millis now) {
    for (const auto& [id, row] : state.instances)
        if (is_old(*row, now)) return true;
    for (const auto& [id, row] : state.nat_gateways)
        if (is_old(*row, now)) return true;
    return false;
}

}  // namespace sekisho::ec2
