#include "net/instances/base_image.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fnmatch.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <initializer_list>
#include <sstream>

#include "base/fd.h"
#include "base/result.h"

namespace sekisho::net::instances {
namespace fs = std::filesystem;
namespace {

constexpr int format = 1;
constexpr std::uintmax_t file_bytes_max = 16 << 20;

// Below /etc, as fnmatch(3) patterns ('*' crosses '/'): the host's identity, its users, its secrets, its machine's set-up, and
// the places where administrators put tokens for everybody's use.
constexpr const char* left_out[] = {
    "hostname",
    "hosts",
    "hosts.*",
    "resolv.conf*",
    "machine-id",
    "machine-info",
    "fstab",
    "crypttab",
    "mtab",
    "passwd*",
    "group*",
    "shadow*",
    "gshadow*",
    "subuid*",
    "subgid*",
    "sudoers*",
    ".*",
    "ssh/ssh_host_*",
    "ssh/sshd_config*",
    "ssl/private*",
    "*.key",
    "*.keytab",
    "*.p12",
    "*.pfx",
    "*.jks",
    "environment",
    "environment.d*",
    "profile.d*",
    "default",
    "default/*",
    "cron*",
    "systemd*",
    "init.d*",
    "rc?.d*",
    "udev*",
    "npmrc",
    "pip.conf",
    "gitconfig",
    "netrc",
    "wgetrc",
    "curlrc",
    "boto.cfg",
    "aws*",
    "apt/auth.conf*",
    "apt/apt.conf*",
    "docker*",
    "containers*",
    "kubernetes*",
    "rancher*",
    "letsencrypt*",
    "wireguard*",
    "openvpn*",
    "ipsec*",
    "NetworkManager*",
    "netplan*",
    "network*",
    "wpa_supplicant*",
    "samba*",
    "ceph*",
    "ldap*",
    "sssd*",
    "krb5*",
    "cloud*",
    "polkit-1*",
    "postgresql*",
    "mysql*",
    "nginx*",
    "apache2*",
    "lighttpd*",
    "ufw*",
    "nftables*",
    "ppp*",
    "chatscripts*",
    "cups*",
    "exim4*",
    "postfix*",
};

bool leave_out(const std::string& name) {
    for (const char* pattern : left_out)
        if (::fnmatch(pattern, name.c_str(), 0) == 0) return true;
    return false;
}

std::string read_whole(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream out;
    out << file.rdbuf();
    return std::move(out).str();
}

void write_whole(const fs::path& path, std::string_view text, mode_t mode = 0644) {
    Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
    if (!file || ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
        ::fchmod(file.get(), mode) < 0)
        throw_errno("write " + path.string());
}

void make_folder(const fs::path& path, mode_t mode = 0755) {
    if (::mkdir(path.c_str(), mode) < 0 || ::chmod(path.c_str(), mode) < 0) throw_errno("mkdir " + path.string());
}

// What everybody on the host may read, not only this process: an ordinary user's own rights must not leak into instances.
bool for_everybody(const struct stat& status) {
    mode_t needed = S_ISDIR(status.st_mode) ? S_IROTH | S_IXOTH : S_IROTH;
    return (status.st_mode & needed) == needed;
}

void copy_below(const fs::path& from, const fs::path& to, const std::string& prefix) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(from, error)) {
        std::string name = prefix + entry.path().filename().string();
        if (leave_out(name)) continue;
        struct stat status {};
        if (::lstat(entry.path().c_str(), &status) < 0) continue;  // gone meanwhile
        fs::path target = to / entry.path().filename();
        if (S_ISLNK(status.st_mode)) {
            fs::copy_symlink(entry.path(), target, error);
        } else if (S_ISDIR(status.st_mode) && for_everybody(status)) {
            make_folder(target, status.st_mode & 0755);
            copy_below(entry.path(), target, name + "/");
        } else if (S_ISREG(status.st_mode) && for_everybody(status) &&
                   static_cast<std::uintmax_t>(status.st_size) <= file_bytes_max) {
            std::string bytes = read_whole(entry.path());
            if (bytes.find("PRIVATE KEY-----") == std::string::npos) write_whole(target, bytes, status.st_mode & 0755);
        }
    }
}

constexpr std::string_view users =
    "root:x:0:0:root:/root:/bin/bash\n"
    "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
    "bin:x:2:2:bin:/bin:/usr/sbin/nologin\n"
    "sys:x:3:3:sys:/dev:/usr/sbin/nologin\n"
    "man:x:6:12:man:/var/cache/man:/usr/sbin/nologin\n"
    "mail:x:8:8:mail:/var/mail:/usr/sbin/nologin\n"
    "www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n"
    "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
constexpr std::string_view groups =
    "root:x:0:\ndaemon:x:1:\nbin:x:2:\nsys:x:3:\nadm:x:4:\ntty:x:5:\ndisk:x:6:\nmail:x:8:\nman:x:12:\nsudo:x:27:\nwww-data:x:"
    "33:\n"
    "shadow:x:42:\nutmp:x:43:\nstaff:x:50:\nusers:x:100:\nnogroup:x:65534:\n";

void write_etc(const fs::path& etc) {
    make_folder(etc);
    copy_below("/etc", etc, "");
    write_whole(etc / "passwd", users);
    write_whole(etc / "group", groups);
    write_whole(etc / "shadow", "root:*:19000:0:99999:7:::\n", 0600);
    write_whole(etc / "gshadow", "root:*::\n", 0600);
    write_whole(etc / "fstab", "");
    write_whole(etc / "machine-id", "");
    write_whole(etc / "hosts", "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n");
    std::error_code error;
    fs::create_symlink("../proc/self/mounts", etc / "mtab", error);
    make_folder(etc / "profile.d");
}

void write_skeleton(const fs::path& root) {
    for (const char* name : {"home", "opt", "srv", "mnt", "media", "boot", "var", "usr", "proc", "sys", "dev", "run"})
        make_folder(root / name);
    make_folder(root / "root", 0700);
    make_folder(root / "tmp", 01777);
    for (const char* name :
         {"backups", "cache", "lib", "lib/cloud", "lib/misc", "local", "log", "mail", "opt", "spool", "www", "empty"})
        make_folder(root / "var" / name);
    make_folder(root / "var/tmp", 01777);
    fs::create_symlink("/run", root / "var/run");
    fs::create_symlink("/run/lock", root / "var/lock");
    for (auto [from, to] :
         {std::pair{"/usr/share/base-files/dot.bashrc", ".bashrc"}, {"/usr/share/base-files/dot.profile", ".profile"}})
        if (fs::exists(from)) write_whole(root / "root" / to, read_whole(from));
    // The host's programs under their short names, as the host has them: links into /usr, or folders to mount on.
    for (const char* name : {"bin", "sbin", "lib", "lib32", "lib64", "libx32"}) {
        fs::path host = fs::path("/") / name;
        if (fs::is_symlink(host))
            fs::copy_symlink(host, root / name);
        else if (fs::is_directory(host))
            make_folder(root / name);
    }
}

long long changed(const char* path) {
    struct stat status {};
    return ::stat(path, &status) == 0 ? static_cast<long long>(status.st_mtime) : 0;
}

}  // namespace

std::string base_image_stamp() {
    return fmt::format("format {}, certificates {}, alternatives {}, libraries {}\n", format, changed("/etc/ssl/certs"),
                       changed("/etc/alternatives"), changed("/etc/ld.so.cache"));
}

bool base_image_ready(const fs::path& image) { return read_whole(image / "stamp") == base_image_stamp(); }

void make_base_image(const fs::path& image) {
    std::string stamp = base_image_stamp();  // before the copy: a change meanwhile makes another image next time
    fs::path fresh = image.string() + ".new";
    fs::remove_all(fresh);
    make_folder(fresh);
    make_folder(fresh / "root");
    write_etc(fresh / "root/etc");
    write_skeleton(fresh / "root");
    write_whole(fresh / "stamp", stamp);
    fs::remove_all(image);
    fs::rename(fresh, image);
}

}  // namespace sekisho::net::instances
