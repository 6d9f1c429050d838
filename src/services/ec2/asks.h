// AskList: the questions of one call, with the ARNs and condition keys that the Service Authorization Reference gives for EC2.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "authz/ask.h"
#include "services/ec2/condition_keys.h"
#include "services/ec2/view.h"

namespace sekisho::ec2 {

class AskList {
   public:
    AskList(const View& view, std::string_view operation) : view_(view), operation_(operation) {}

    // The action on "*": every Describe.
    void anything();
    // The action on a resource that it makes: <type>/*, with these condition keys; with tags also ec2:CreateTags.
    using Keys = std::vector<std::pair<std::string, std::string>>;
    void makes(const Kind& kind, const Tags& tags = {}, const Keys& keys = {}, std::string_view id = "*");
    // The same of a row that is about to be made, whose properties become condition keys.
    template <class Row>
    void makes_row(const Kind& kind, const Row& row, const Tags& tags, const Keys& keys = {}) {
        policy::Context of_row;
        add_keys(of_row, view_, row);
        makes_with(kind, tags, keys, "*", of_row);
    }
    // The action on a resource that is there (its tags and properties become condition keys) or that is named but is not.
    void on(const Kind& kind, std::string_view id);
    // The same of a key pair: its ARN has its name (a key pair may be called as another's id is).
    void on_key_pair(const KeyPair* key, std::string_view otherwise = "*");
    // Keys of the last question.
    void key(std::string name, std::string value) { asks_.back().context.set(std::move(name), std::move(value)); }
    // What of the resource is being set: ec2:Attribute/<name>, and the names as ec2:Attribute.
    using Attributes = std::vector<std::pair<std::string, std::string>>;
    void attributes(const Attributes& set);
    void request_tags(const Tags& tags);
    // Another action on another resource.
    void other(std::string action, std::string resource);

    const View& view() const { return view_; }
    std::vector<authz::Ask> take() { return std::move(asks_); }

   private:
    void makes_with(const Kind& kind, const Tags& tags, const Keys& keys, std::string_view id, const policy::Context& of_row);
    void resource_tags(const Tags* tags);
    void copy(const policy::Context& keys);

    const View view_;
    std::string operation_;
    std::vector<authz::Ask> asks_;
};

}  // namespace sekisho::ec2
