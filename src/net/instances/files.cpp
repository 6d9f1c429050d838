// The files that sekisho writes into an instance. Written from inside its root, without its host's rights, after pivot_root:
// links that root inside may have planted lead nowhere else.
#include <fcntl.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include <memory>

#include "base/bytes.h"
#include "base/result.h"
#include "net/instances/children.h"

namespace sekisho::net::instances {
namespace {

constexpr std::size_t file_bytes_max = 4 << 20;

// Only a regular file, never one that would make init wait (a FIFO, a terminal).
std::string read_file(const char* path) {
    Fd file(::open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) < 0 || !S_ISREG(status.st_mode) ||
        static_cast<std::size_t>(status.st_size) > file_bytes_max)
        return {};
    std::string text(static_cast<std::size_t>(status.st_size), '\0');
    ssize_t n = ::read(file.get(), text.data(), text.size());
    text.resize(n < 0 ? 0 : static_cast<std::size_t>(n));
    return text;
}

void write_file(const std::string& path, std::string_view text, int how) {
    Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | how, 0644));
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) < 0 || !S_ISREG(status.st_mode)) return;  // root inside broke it: its affair
    [[maybe_unused]] ssize_t n = ::write(file.get(), text.data(), text.size());
}

// The name by which OpenSSL finds a certificate in a folder of them.
std::string subject_hash(const std::string& pem) {
    std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
    std::unique_ptr<X509, decltype(&X509_free)> certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr),
                                                            &X509_free);
    return certificate ? fmt::format("{:08x}", X509_subject_name_hash(certificate.get())) : std::string();
}

void trust(const std::string& pem) {
    if (pem.empty()) return;
    std::string text = pem.back() == '\n' ? pem : pem + "\n";
    // Debian's and Red Hat's bundles: curl, Python's requests and Debian's AWS CLI read them.
    for (const char* bundle : {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"}) {
        std::string present = read_file(bundle);
        if (!present.empty() && present.find(text) == std::string::npos) write_file(bundle, text, O_APPEND);
    }
    // And the folder of certificates, for what uses OpenSSL's own defaults.
    ::mkdir("/etc/ssl", 0755);
    ::mkdir("/etc/ssl/certs", 0755);
    if (read_file("/etc/ssl/certs/sekisho.pem") == text) return;
    write_file("/etc/ssl/certs/sekisho.pem", text, O_TRUNC);
    if (std::string hash = subject_hash(pem); !hash.empty()) {
        ::unlink(("/etc/ssl/certs/" + hash + ".0").c_str());
        [[maybe_unused]] int linked = ::symlink("sekisho.pem", ("/etc/ssl/certs/" + hash + ".0").c_str());
    }
}

}  // namespace

void write_instance_files(const InstanceSpec& spec) {
    const std::string& full = spec.host_name;
    auto dot = full.find('.');
    std::string name = full.substr(0, dot), domain = dot == std::string::npos ? "" : full.substr(dot + 1);
    bool first_boot = read_file("/etc/hostname").empty();
    if (first_boot) {
        write_file("/etc/hostname", name + "\n", O_TRUNC);
        write_file("/etc/environment", "AWS_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt\n", O_TRUNC);
    }
    // As a DHCP client does, at each boot.
    write_file("/etc/resolv.conf", "nameserver 169.254.169.253\n" + (domain.empty() ? "" : "search " + domain + "\n"), O_TRUNC);
    trust(spec.ca_certificate_pem);
}

std::vector<std::string> instance_environment(bool terminal) {
    std::vector<std::string> out = {"HOME=/root",   "USER=root",
                                    "LOGNAME=root", "SHELL=/bin/bash",
                                    "LANG=C.UTF-8", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"};
    if (terminal) out.push_back("TERM=xterm-256color");
    // NAME=VALUE lines, quoted or not, as pam_env reads them.
    std::string text = read_file("/etc/environment").substr(0, 64 << 10);
    for (std::string_view line : split(text, '\n')) {
        line = trim(line);
        auto equals = line.find('=');
        if (line.empty() || line.front() == '#' || equals == std::string_view::npos || equals == 0) continue;
        std::string_view value = line.substr(equals + 1);
        if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front())
            value = value.substr(1, value.size() - 2);
        std::string name(line.substr(0, equals + 1));
        if (name.find('\0') != std::string::npos || value.find('\0') != std::string_view::npos) continue;
        std::erase_if(out, [&](const std::string& entry) { return entry.starts_with(name); });
        out.push_back(name + std::string(value));
    }
    return out;
}

}  // namespace sekisho::net::instances
