// Approval and Authorized<Input>: the proof that authorization said yes. Only authz can make an Approval, an Authorized needs
// one, and an operation's run() takes nothing else: a forgotten check does not compile.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "authn/caller.h"
#include "origin/origin.h"

namespace sekisho::authz {

class Authorizer;

class Approval {
   public:
    Approval(Approval&&) = default;
    Approval& operator=(Approval&&) = default;
    const authn::Caller& caller() const { return *caller_; }
    const origin::Origin& origin() const { return origin_; }
    // Per ask, in the order asked: for operations that decide item by item (DeleteObjects). Else all are true.
    bool allowed(std::size_t ask) const { return allowed_.at(ask); }
    std::size_t asks() const { return allowed_.size(); }
    // The access-denied text of an ask that was not allowed.
    const std::string& denied_message(std::size_t ask) const { return messages_.at(ask); }

   private:
    friend class Authorizer;
    Approval(authn::Caller caller, origin::Origin origin, std::vector<bool> allowed, std::vector<std::string> messages)
        : caller_(std::make_shared<const authn::Caller>(std::move(caller))),
          origin_(std::move(origin)),
          allowed_(std::move(allowed)),
          messages_(std::move(messages)) {}

    std::shared_ptr<const authn::Caller> caller_;  // an approval is handed on several times
    origin::Origin origin_;
    std::vector<bool> allowed_;
    std::vector<std::string> messages_;
};

template <class Input>
class Authorized {
   public:
    Authorized(Input input, Approval approval) : input_(std::move(input)), approval_(std::move(approval)) {}

    const Input& operator*() const { return input_; }
    const Input* operator->() const { return &input_; }
    const Approval& approval() const { return approval_; }
    const authn::Caller& caller() const { return approval_.caller(); }
    const origin::Origin& origin() const { return approval_.origin(); }

   private:
    Input input_;
    Approval approval_;
};

}  // namespace sekisho::authz
