// The small files of the data folder that clients read: root's credentials, and where the server listens.
#pragma once

#include <filesystem>
#include <string>

#include "base/entropy.h"
#include "gate/settings.h"

namespace sekisho::gate {

// Writes to a temporary file beside it, syncs, and renames: readers see the old file or the new one. Throws Fault.
void write_file_atomically(const std::filesystem::path& file, std::string_view content, unsigned mode);

// root-credentials (0600, an AWS shared-credentials file): read, or made at the first start; keys given on the command line
// replace it.
RootKey root_key(const std::filesystem::path& data, const std::optional<RootKey>& given, Entropy& entropy);

// server.json: host, port, region, account and CA file of the running server.
void write_server_file(const std::filesystem::path& data, std::string_view host, std::uint16_t port, const Settings& settings);

}  // namespace sekisho::gate
