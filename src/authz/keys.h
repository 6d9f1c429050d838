// Keys: the context keys that this server knows of every request, in ONE table: name, type, single or multiple, when present.
//
// The network keys come from the Origin and from nothing else. Values are made when a policy asks for them; keys that only an
// operation knows (s3:prefix, aws:RequestTag/…) are in the ask's own context, which can not override a key of this table.
// Source: IAM guide, "AWS global condition context keys"; S3's own in the S3 guide, "Amazon S3 condition keys".
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "authn/caller.h"
#include "authz/ask.h"
#include "authz/authorizer.h"
#include "origin/origin.h"
#include "policy/context.h"

namespace sekisho::authz {

struct KeyFacts {
    const authn::Caller& caller;
    const origin::Origin& origin;
    const RequestFacts& facts;
    const AccountId& resource_account;
    // In their accounts' organisations; null: in none.
    const OrganizationPlace* caller_place = nullptr;
    const OrganizationPlace* resource_place = nullptr;
    const OrganizationPlace* endpoint_place = nullptr;
};

// The value of a key: absent, text that the facts hold, or text made for it.
class KeyText {
   public:
    KeyText() = default;
    KeyText(const char* text) : view_(text), present_(true) {}
    KeyText(const std::string& text) : view_(text), present_(true) {}  // stands in the facts
    KeyText(const std::string&&) = delete;                             // a constant temporary would be viewed, and gone
    KeyText(std::string&& text) : own_(std::move(text)), present_(true), owns_(true) {}

    explicit operator bool() const { return present_; }
    bool owns() const { return owns_; }
    std::string_view text() const { return owns_ ? std::string_view(own_) : view_; }
    std::string take() && { return owns_ ? std::move(own_) : std::string(view_); }

   private:
    std::string own_;
    std::string_view view_;
    bool present_ = false, owns_ = false;
};

struct Key {
    enum class Type : std::uint8_t { string, arn, ip, date, numeric, boolean };
    std::string_view name;  // one that ends in '/' is a family: the rest of the name is passed on
    Type type;
    bool multiple;
    std::string_view present;  // when, for the documentation
    KeyText (*value)(const KeyFacts& facts, std::string_view rest);
};

std::span<const Key> key_table();

// The keys that operations fill, without `value`: for the documentation.
std::span<const Key> operation_key_table();
// docs/context-keys.md
std::string context_keys_page();

// The keys of one ask. Not thread-safe: it remembers what it made.
class RequestKeys final : public policy::KeySource {
   public:
    RequestKeys(KeyFacts facts, const policy::Context& own) : facts_(facts), own_(own) {}
    const policy::ContextEntry* find(std::string_view key) const override;
    policy::KeyValues look(std::string_view lower_case_key, std::string& room) const override;

   private:
    KeyFacts facts_;
    const policy::Context& own_;
    mutable std::list<policy::ContextEntry> made_;
};

}  // namespace sekisho::authz
