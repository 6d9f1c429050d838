// Making temporary credentials: for AssumeRole, GetSessionToken and instance metadata.
#pragma once

#include <chrono>
#include <expected>
#include <string>

#include "services/iam/directory.h"
#include "wire/xml.h"

namespace sekisho::sts {

struct Credentials {
    std::string access_key_id;
    std::string secret;
    std::string session_token;
    Time issued;
    Time expires;
};

// Gives the session its key and secret and seals it. `session` says whose it is and until when.
Credentials mint(const iam::Directory& directory, iam::Session session);

void write_credentials(wire::XmlWriter& out, const Credentials& credentials);

// What an instance is, for the context keys that travel with its credentials.
struct InstanceFacts {
    std::string instance_id;  // the role session's name
    std::string instance_arn;
    std::string vpc;
    std::string private_ip;
    std::string role_delivery = "2.0";  // version of instance metadata that hands them out
};

enum class NoCredentials {
    no_role,      // the role is gone
    not_trusted,  // its trust policy does not let EC2 assume it
};

// What instance metadata hands out: the caller is arn:aws:sts::<account>:assumed-role/<role>/<instance id>.
std::expected<Credentials, NoCredentials> mint_instance_credentials(const iam::Directory& directory, const AccountId& account,
                                                                    std::string_view role_name, const InstanceFacts& instance,
                                                                    std::chrono::seconds lifetime, Time now);

}  // namespace sekisho::sts
