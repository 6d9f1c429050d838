#include "gate/master_keys.h"

#include <fstream>
#include <sstream>

#include "base/loop.h"
#include "base/result.h"
#include "gate/data_files.h"
#include "services/s3/master_key_use.h"

namespace sekisho::gate {

namespace {
constexpr const char* file_head =
    "# The master keys of this data folder's objects, the newest last. Without them the objects cannot be read: keep a copy\n"
    "# elsewhere. `sekisho rotate-key` adds a key.\n";
}

std::shared_ptr<const store::MasterKeys> master_keys(const std::filesystem::path& data, const Settings& settings,
                                                     store::Tables& tables, Entropy& entropy) {
    using store::MasterKeys;
    auto shared = [](MasterKeys keys) { return std::make_shared<const MasterKeys>(std::move(keys)); };
    if (settings.master_key) return shared(MasterKeys::parse(settings.master_key->text, settings.master_key->source));
    const std::filesystem::path file = data / "master-key";
    if (!std::filesystem::exists(file)) {
        if (!sync_wait(s3::master_keys_in_use(tables)).empty())
            throw Fault("the master key file " + file.string() +
                        " is missing, and objects are encrypted under its keys: put it back, or name the keys by --master-key");
        if (!settings.encrypt_at_rest) return nullptr;
        write_file_atomically(file, file_head + MasterKeys::make_line(entropy), 0600);
    }
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    if (!in || !(text << in.rdbuf())) throw Fault("cannot read the master key file " + file.string());
    return shared(MasterKeys::parse(text.str(), file.string()));
}

}  // namespace sekisho::gate
