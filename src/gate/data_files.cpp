#include "gate/data_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/fd.h"
#include "base/result.h"
#include "cli/data_folder.h"

namespace sekisho::gate {

namespace {
constexpr std::string_view key_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::string_view secret_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
}  // namespace

void write_file_atomically(const std::filesystem::path& file, std::string_view content, unsigned mode) {
    std::string temporary = file.string() + ".new";
    Fd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
    if (!fd) throw_errno("open " + temporary);
    if (::fchmod(fd.get(), mode) != 0) throw_errno("fchmod " + temporary);
    while (!content.empty()) {
        ssize_t n = ::write(fd.get(), content.data(), content.size());
        if (n < 0) throw_errno("write " + temporary);
        content.remove_prefix(static_cast<std::size_t>(n));
    }
    if (::fsync(fd.get()) != 0) throw_errno("fsync " + temporary);
    if (::rename(temporary.c_str(), file.c_str()) != 0) throw_errno("rename " + temporary);
    Fd folder(::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder || ::fsync(folder.get()) != 0) throw_errno("fsync " + file.parent_path().string());
}

RootKey root_key(const std::filesystem::path& data, const std::optional<RootKey>& given, Entropy& entropy) {
    std::filesystem::path file = data / "root-credentials";
    if (!given) {
        if (auto held = cli::read_credentials(file)) return {held->access_key_id, held->secret_access_key};
        if (std::filesystem::exists(file)) throw Fault(file.string() + " cannot be read as a credentials file");
    }
    RootKey key = given.value_or(RootKey{"AKIA" + entropy.text(16, key_alphabet), entropy.text(40, secret_alphabet)});
    write_file_atomically(file, cli::write_credentials({key.id, key.secret}), 0600);
    return key;
}

void write_server_file(const std::filesystem::path& data, std::string_view host, std::uint16_t port, const Settings& settings) {
    nlohmann::json json{{"host", host},
                        {"port", port},
                        {"region", settings.region.value},
                        {"account", settings.account.value},
                        {"ca", (data / "ca" / "ca.pem").string()}};
    write_file_atomically(data / "server.json", json.dump(2) + "\n", 0644);
}

}  // namespace sekisho::gate
