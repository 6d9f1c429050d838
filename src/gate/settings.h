// Settings: what `sekisho serve` was told, as the gate receives it from the supervisor (JSON text that cli/serve.cpp wrote).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "process/static_network.h"

namespace sekisho::gate {

struct RootKey {
    std::string id, secret;
};

struct MasterKeyText {
    std::string source, text;
};

struct Settings {
    AccountId account;
    Region region;
    std::vector<std::string> regions;  // served
    std::optional<RootKey> root_key;   // given on the command line
    bool audit_data_events = false;
    bool encrypt_at_rest = true;
    std::optional<MasterKeyText> master_key;  // nullopt: the data folder's file
    std::size_t loops = 1;
    process::StaticNetwork static_network;
};

// Throws Fault with a text for the user (an unknown region).
Settings read_settings(const std::string& options);

}  // namespace sekisho::gate
