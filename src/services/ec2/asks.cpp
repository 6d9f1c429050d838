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

void AskList::makes(const Kind& kind, const Tags& tags, const Keys& keys) {
    std::string resource = view_.place.arn(kind, "*");
    other("ec2:" + operation_, resource);
    request_tags(tags);
    for (const auto& [name, value] : keys) key(name, value);
    if (tags.empty()) return;
    other("ec2:CreateTags", resource);
    key("ec2:CreateAction", operation_);
    request_tags(tags);
}

void AskList::on(const Kind& kind, std::string_view id) {
    other("ec2:" + operation_, view_.place.arn(kind, id));
    if (const Tags* tags = tags_of(view_.state, id))
        for (const auto& [name, value] : *tags) {
            key("aws:ResourceTag/" + name, value);
            key("ec2:ResourceTag/" + name, value);
        }
    if (std::string vpc = vpc_of(view_.state, id); !vpc.empty()) key("ec2:Vpc", view_.place.arn(kind::vpc, vpc));
}

}  // namespace sekisho::ec2
