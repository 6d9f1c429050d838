// The master keys as the gate gets them: given by the supervisor, or from the file of the data folder.
#pragma once

#include <filesystem>
#include <memory>

#include "base/entropy.h"
#include "gate/settings.h"
#include "store/encryption/master_keys.h"
#include "store/tables/tables.h"

namespace sekisho::gate {

// Makes the file (0600) at the first start that encrypts. Null: there is none, and nothing needs it. Throws a Fault for a text
// that holds no keys, and for a file that is missing although objects are encrypted.
std::shared_ptr<const store::MasterKeys> master_keys(const std::filesystem::path& data, const Settings& settings,
                                                     store::Tables& tables, Entropy& entropy);

}  // namespace sekisho::gate
