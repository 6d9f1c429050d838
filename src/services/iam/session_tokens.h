// SessionTokens: temporary credentials without state. A session token is everything the server must know of a session, sealed
// with AES-256-GCM under a key that never leaves the server: whoever alters a token, or brings one of another server, is told
// that it is invalid. Expiry is inside; what was deleted since is seen when the token is opened (directory.h).
#pragma once

#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/entropy.h"
#include "base/ids.h"

namespace sekisho::iam {

struct Session {
    enum class Kind { role, user, root };  // whose: user and root sessions come from GetSessionToken
    Kind kind = Kind::role;
    std::string access_key_id;  // ASIA…
    std::string secret;
    AccountId account;
    Time issued;
    Time expires;
    std::string id;                        // AROA… or AIDA… at that time: a role that was deleted and made anew is another
    std::string name;                      // role or user
    std::string session_name;              // roles
    std::vector<std::string> policies;     // session policies, JSON
    std::vector<std::string> policy_arns;  // managed session policies
    std::map<std::string, std::string> tags;
    std::vector<std::string> transitive_tag_keys;
    std::string source_identity;
    // Only where instance metadata delivers the credentials:
    std::string instance_arn;
    std::string instance_vpc;
    std::string instance_private_ip;
    std::string role_delivery;  // "1.0" | "2.0"
};

class SessionTokens {
   public:
    // `key`: 32 bytes.
    SessionTokens(std::string key, Entropy& entropy);

    std::string seal(const Session& session) const;
    // Null: not a token of this server. Remembers the tokens it opened last.
    std::shared_ptr<const Session> open(std::string_view token) const;

    // Any other text that only this server may read again; a token is no message and a message no token.
    std::string seal_message(std::string_view text) const;
    std::optional<std::string> open_message(std::string_view sealed) const;

    static constexpr std::size_t key_bytes = 32;

   private:
    std::string encrypt(char format, std::string_view plain) const;
    std::optional<std::string> decrypt(char format, std::string_view sealed) const;

    const std::string key_;
    Entropy& entropy_;
    struct Entry {
        std::string token;
        std::shared_ptr<const Session> session;
    };
    mutable std::mutex mutex_;
    mutable std::list<Entry> recent_;
    mutable std::unordered_map<std::string_view, std::list<Entry>::iterator> by_token_;
};

// Bytes that tags and session policies take in a token; AssumeRole refuses more than packed_bytes_max, so that a token always
// fits a request's head.
std::size_t packed_bytes(const Session& session);
inline constexpr std::size_t packed_bytes_max = 4096;

}  // namespace sekisho::iam
