// Where the master keys come from: --master-key file:PATH, env:NAME or command:CMD.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace sekisho::cli {

// The text that the source gives, with the user's own rights. An environment variable is taken out of the environment.
Result<std::string> read_master_key(const std::string& source);

// `sekisho rotate-key`: adds a new key to the file, behind the others.
int rotate_key(const std::filesystem::path& data, const std::string& source);

}  // namespace sekisho::cli
