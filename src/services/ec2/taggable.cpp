#include "services/ec2/taggable.h"

namespace sekisho::ec2 {

namespace {

// Calls f(collection) for each collection whose rows carry tags; State::each is written for a mutable State, and f only reads.
template <class F>
void each_collection(const State& state, F&& f) {
    const_cast<State&>(state).each([&](auto& collection) {
        const auto& rows = collection;
        using Row = std::remove_cvref_t<decltype(*rows.begin()->second)>;
        if constexpr (requires(const Row& row) { row.tags; }) f(rows);
    });
}

// Key pairs are kept by name but known by id.
const std::string& id_of(const std::string&, const KeyPair& row) { return row.id; }
template <class Row>
const std::string& id_of(const std::string& key, const Row&) {
    return key;
}

template <class Collection>
auto find_in(const Collection& rows, std::string_view id) {
    using Row = std::remove_cvref_t<decltype(*rows.begin()->second)>;
    if constexpr (std::is_same_v<Row, KeyPair>) {
        for (const auto& [name, row] : rows)
            if (row->id == id) return row.get();
        return static_cast<const Row*>(nullptr);
    } else {
        return rows.find(id);
    }
}

const SecurityGroup* group_of_rule(const State& state, std::string_view id) {
    for (const auto& [group_id, group] : state.security_groups)
        for (const SecurityGroupRule& rule : group->rules)
            if (rule.id == id) return group.get();
    return nullptr;
}

}  // namespace

const Tags* tags_of(const State& state, std::string_view id) {
    const Tags* found = nullptr;
    each_collection(state, [&](const auto& rows) {
        if (const auto* row = find_in(rows, id)) found = &row->tags;
    });
    if (found || !id.starts_with("sgr-")) return found;
    if (const SecurityGroup* group = group_of_rule(state, id))
        for (const SecurityGroupRule& rule : group->rules)
            if (rule.id == id) return &rule.tags;
    return nullptr;
}

bool change_tags(State& state, std::string_view id, const std::function<void(Tags&)>& change) {
    bool done = false;
    state.each([&](auto& rows) {
        using Row = std::remove_cvref_t<decltype(*rows.begin()->second)>;
        if constexpr (requires(Row & row) { row.tags; }) {
            if (const Row* row = find_in(rows, id)) {
                Row changed = *row;
                change(changed.tags);
                if constexpr (std::is_same_v<Row, KeyPair>)
                    rows.put(changed.name, changed);
                else
                    rows.put(std::string(id), std::move(changed));
                done = true;
            }
        }
    });
    if (done || !id.starts_with("sgr-")) return done;
    const SecurityGroup* group = group_of_rule(state, id);
    if (!group) return false;
    SecurityGroup changed = *group;
    for (SecurityGroupRule& rule : changed.rules)
        if (rule.id == id) change(rule.tags);
    state.security_groups.put(changed.id, changed);
    return true;
}

void each_tagged(const State& state, const std::function<void(const std::string&, const Tags&)>& f) {
    each_collection(state, [&](const auto& rows) {
        for (const auto& [key, row] : rows) f(id_of(key, *row), row->tags);
    });
    for (const auto& [id, group] : state.security_groups)
        for (const SecurityGroupRule& rule : group->rules) f(rule.id, rule.tags);
}

std::string vpc_of(const State& state, std::string_view id) {
    std::string found;
    each_collection(state, [&](const auto& rows) {
        using Row = std::remove_cvref_t<decltype(*rows.begin()->second)>;
        if constexpr (requires(const Row& row) { row.vpc; }) {
            if (const auto* row = find_in(rows, id)) found = row->vpc;
        }
    });
    if (found.empty() && id.starts_with("sgr-"))
        if (const SecurityGroup* group = group_of_rule(state, id)) return group->vpc;
    return found;
}

}  // namespace sekisho::ec2
