#include "cli/master_key.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>

#include "base/entropy.h"
#include "base/fd.h"
#include "cli/commands.h"
#include "store/encryption/master_keys.h"

namespace sekisho::cli {

namespace {

constexpr ErrorCode NoMasterKey{"NoMasterKey", 0, ""};
constexpr std::size_t output_bytes_max = 64 * 1024;

Result<std::string> read_key_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    if (!in || !(text << in.rdbuf())) return fail(NoMasterKey, "cannot read the master key file " + path);
    return text.str();
}

Result<std::string> output_of(const std::string& command) {
    std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "re"), &::pclose);
    if (!pipe) return fail(NoMasterKey, "the master key command cannot be run");
    std::string text(output_bytes_max + 1, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), pipe.get()));
    if (text.size() > output_bytes_max) return fail(NoMasterKey, "the master key command prints more than keys");
    const int status = ::pclose(pipe.release());
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return fail(NoMasterKey, "the master key command failed: " + command);
    return text;
}

// The new file takes the old one's place at once, with its owner and mode.
void replace_file(const std::filesystem::path& file, std::string_view content) {
    struct stat old {};
    if (::stat(file.c_str(), &old) != 0) throw_errno("stat " + file.string());
    const std::string temporary = file.string() + ".new";
    Fd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!fd) throw_errno("open " + temporary);
    if (::fchmod(fd.get(), old.st_mode & 07777) != 0) throw_errno("fchmod " + temporary);
    if ((old.st_uid != ::geteuid() || old.st_gid != ::getegid()) && ::fchown(fd.get(), old.st_uid, old.st_gid) != 0)
        throw_errno("fchown " + temporary);
    while (!content.empty()) {
        const ssize_t n = ::write(fd.get(), content.data(), content.size());
        if (n < 0) throw_errno("write " + temporary);
        content.remove_prefix(static_cast<std::size_t>(n));
    }
    if (::fsync(fd.get()) != 0) throw_errno("fsync " + temporary);
    if (::rename(temporary.c_str(), file.c_str()) != 0) throw_errno("rename " + temporary);
    Fd folder(::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder || ::fsync(folder.get()) != 0) throw_errno("fsync " + file.parent_path().string());
}

}  // namespace

Result<std::string> read_master_key(const std::string& source) {
    if (source.starts_with("file:")) return read_key_file(source.substr(5));
    if (source.starts_with("command:")) return output_of(source.substr(8));
    if (!source.starts_with("env:")) return fail(NoMasterKey, "--master-key is file:PATH, env:NAME or command:CMD");
    const std::string name = source.substr(4);
    const char* value = std::getenv(name.c_str());
    if (!value) return fail(NoMasterKey, "there is no environment variable " + name + " with the master key");
    std::string text = value;
    ::unsetenv(name.c_str());  // what the server starts must not inherit it
    return text;
}

int rotate_key(const std::filesystem::path& data, const std::string& source) {
    if (!source.empty() && !source.starts_with("file:")) {
        std::fprintf(stderr, "sekisho: only keys in a file are rotated here; add a line to what %s gives, behind the others\n",
                     source.c_str());
        return exit_unusable;
    }
    const std::filesystem::path file =
        std::filesystem::absolute(source.empty() ? data / "master-key" : std::filesystem::path(source.substr(5)));
    Result<std::string> text = read_key_file(file);
    if (!text) {
        std::fprintf(stderr, "sekisho: %s (the server makes it at its first start)\n", text.error().message.c_str());
        return exit_unusable;
    }
    store::MasterKeys::parse(*text, file.string());
    if (!text->ends_with('\n')) *text += '\n';
    SystemEntropy entropy;
    *text += store::MasterKeys::make_line(entropy);
    const store::MasterKeys keys = store::MasterKeys::parse(*text, file.string());
    replace_file(file, *text);
    std::printf(
        "master key %s is now the newest in %s\n"
        "Start the server again: it encrypts new objects under this key at once, and wraps the keys of the others under it\n"
        "in the background. When it has logged that the older master keys are not needed, they may be taken out.\n",
        keys.newest().value.c_str(), file.c_str());
    return exit_yes;
}

}  // namespace sekisho::cli
