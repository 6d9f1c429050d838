// AskList: the questions of one call, with the ARNs and condition keys that the Service Authorization Reference gives for EC2.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "authz/ask.h"
#include "services/ec2/view.h"

namespace sekisho::ec2 {

class AskList {
   public:
    AskList(const View& view, std::string_view operation) : view_(view), operation_(operation) {}

    // The action on "*": every Describe.
    void anything();
    // The action on a resource that it makes: <type>/*, with these condition keys; with tags also ec2:CreateTags.
    using Keys = std::vector<std::pair<std::string, std::string>>;
    void makes(const Kind& kind, const Tags& tags = {}, const Keys& keys = {});
    // The action on a resource that is there (its tags and VPC become condition keys) or that is named but is not.
    void on(const Kind& kind, std::string_view id);
    // Keys of the last question.
    void key(std::string name, std::string value) { asks_.back().context.set(std::move(name), std::move(value)); }
    void request_tags(const Tags& tags);
    // Another action on another resource.
    void other(std::string action, std::string resource);

    const View& view() const { return view_; }
    std::vector<authz::Ask> take() { return std::move(asks_); }

   private:
    const View view_;
    std::string operation_;
    std::vector<authz::Ask> asks_;
};

}  // namespace sekisho::ec2
