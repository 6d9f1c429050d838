#include "services/ec2/asks.h"

#include "services/ec2/taggable.h"

namespace sekisho::ec2 {

void AskList::anything() { other("ec2:" + operation_, "*"); }

void AskList::other(std::string action, std::string resource) {
    authz::Ask ask;
    ask.action = std::move(action);
    ask.resource = std::move(resource);
    ask.resource_account = view_.place.account;
    ask.context.set("ec2:Region", view_.place.region.value);
    asks_.push_back(std::move(ask));
}

void AskList::request_tags(const Tags& tags) {
    if (tags.empty()) return;
    std::vector<std::string> keys;
    for (const auto& [name, value] : tags) {
        key("aws:RequestTag/" + name, value);
        keys.push_back(name);
    }
    asks_.back().context.set("aws:TagKeys", std::move(keys));
}

void AskList::copy(const policy::Context& keys) {
    for (const auto& entry : keys) asks_.back().context.set(entry.key, entry.values.front());
}

void AskList::makes(const Kind& kind, const Tags& tags, const Keys& keys, std::string_view id) {
    makes_with(kind, tags, keys, id, {});
}

void AskList::makes_with(const Kind& kind, const Tags& tags, const Keys& keys, std::string_view id,
                         const policy::Context& of_row) {
    std::string resource = view_.place.arn(kind, id);
    other("ec2:" + operation_, resource);
    request_tags(tags);
    for (const auto& [name, value] : keys) key(name, value);
    copy(of_row);
    if (tags.empty()) return;
    other("ec2:CreateTags", resource);
    key("ec2:CreateAction", operation_);
    request_tags(tags);
    copy(of_row);
}

void AskList::resource_tags(const Tags* tags) {
    if (!tags) return;
    for (const auto& [name, value] : *tags) {
        key("aws:ResourceTag/" + name, value);
        key("ec2:ResourceTag/" + name, value);
    }
}

void AskList::on(const Kind& kind, std::string_view id) {
    if (kind.type == kind::key_pair.type) {
        for (const auto& [name, row] : view_.state.key_pairs)
            if (row->id == id) return on_key_pair(row.get());
        return on_key_pair(nullptr);
    }
    other("ec2:" + operation_, view_.place.arn(kind, id));
    resource_tags(tags_of(view_.state, id));
    add_resource_keys(asks_.back().context, view_, kind, id);
}

void AskList::on_key_pair(const KeyPair* key, std::string_view otherwise) {
    other("ec2:" + operation_, view_.place.arn(kind::key_pair, key ? std::string_view(key->name) : otherwise));
    if (!key) return;
    resource_tags(&key->tags);
    add_resource_keys(asks_.back().context, view_, kind::key_pair, key->name);
}

void AskList::attributes(const Attributes& set) {
    std::vector<std::string> names;
    for (const auto& [name, value] : set) {
        key("ec2:Attribute/" + name, value);
        names.push_back(name);
    }
    if (names.size() == 1) key("ec2:Attribute", names.front());
    if (names.size() > 1) asks_.back().context.set("ec2:Attribute", std::move(names));
}

}  // namespace sekisho::ec2
