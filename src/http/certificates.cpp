#include "http/certificates.h"

#include <fcntl.h>
#include <openssl/ssl.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <list>
#include <mutex>
#include <unordered_map>

#include "base/bytes.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/result.h"
#include "http/x509.h"

namespace sekisho::http {

namespace {

constexpr std::chrono::hours leaf_validity{24 * 90};
constexpr std::chrono::hours leaf_renewed_before{24 * 30};
constexpr std::size_t leaves_max = 1000;

// AWS's names, at any depth, and this host's own.
constexpr std::string_view always[] = {"*.amazonaws.com", "*.api.aws", "localhost", "*.localhost"};
// A TLS wildcard covers one label, so the default leaf, for clients that name nobody, lists the depths in use.
constexpr std::string_view default_names[] = {"localhost",
                                              "*.localhost",
                                              "*.amazonaws.com",
                                              "*.s3.amazonaws.com",
                                              "*.us-east-1.amazonaws.com",
                                              "*.s3.us-east-1.amazonaws.com",
                                              "*.us-east-1.api.aws"};

std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw Fault("cannot read " + path.string());
    return {std::istreambuf_iterator<char>(in), {}};
}

// Under its name only when it is whole and on disk.
void write_file(const std::filesystem::path& path, std::string_view content, mode_t mode) {
    std::filesystem::path temporary = path.string() + ".new";
    ::unlink(temporary.c_str());
    Fd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
    if (!fd || ::fchmod(fd.get(), mode) != 0) throw_errno("create " + temporary.string());
    while (!content.empty()) {
        ssize_t n = ::write(fd.get(), content.data(), content.size());
        if (n < 0) throw_errno("write " + temporary.string());
        content.remove_prefix(static_cast<std::size_t>(n));
    }
    if (::fsync(fd.get()) != 0) throw_errno("fsync " + temporary.string());
    if (::rename(temporary.c_str(), path.c_str()) != 0) throw_errno("rename " + path.string());
    Fd folder(::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder || ::fsync(folder.get()) != 0) throw_errno("fsync " + path.parent_path().string());
}

CertificateAndKey load_or_make(const std::filesystem::path& folder, Time now, Entropy& entropy) {
    std::filesystem::path certificate = folder / "ca.pem", key = folder / "ca-key.pem";
    if (std::filesystem::exists(certificate)) return read_pair(read_file(certificate), read_file(key));
    // The key first: a certificate that was ever seen has its key.
    std::filesystem::create_directories(folder);
    CertificateAndKey made = make_ca(now, entropy);
    write_file(key, key_pem(made), 0600);
    write_file(certificate, certificate_pem(made), 0644);
    return made;
}

bool is_host_name(std::string_view name) {
    if (name.empty() || name.size() > 253) return false;
    for (std::string_view label : split(name, '.')) {
        if (label.empty() || label.size() > 63) return false;
        if (!std::ranges::all_of(label, [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_'; })) return false;
    }
    return true;
}

bool matches(std::string_view pattern, std::string_view name) {
    if (!pattern.starts_with("*.")) return pattern == name;
    std::string_view suffix = pattern.substr(1);
    return name.size() > suffix.size() && name.ends_with(suffix);
}

// RFC 7301: http/1.1 or, when the client wants only something else, an alert.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in, unsigned in_size,
                    void*) {
    static constexpr unsigned char ours[] = "\x08http/1.1";
    unsigned char* chosen = nullptr;
    if (SSL_select_next_proto(&chosen, out_size, ours, sizeof ours - 1, in, in_size) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

}  // namespace

struct CertificateAuthority::Data {
    struct Leaf {
        std::string name;
        CertificateAndKey pair;
        Time renew_at;
    };

    const Clock& clock;
    Entropy& entropy;
    CertificateAndKey ca;
    std::string ca_pem;
    std::vector<std::string> names;
    std::vector<IpAddress> addresses;
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context{nullptr, SSL_CTX_free};

    std::mutex mutex;
    std::list<std::shared_ptr<const Leaf>> leaves;  // the most recently used first
    std::unordered_map<std::string, std::list<std::shared_ptr<const Leaf>>::iterator> by_name;

    Data(const Clock& c, Entropy& e) : clock(c), entropy(e) {}
    bool speaks_for(std::string_view name) const;
    std::shared_ptr<const Leaf> leaf(const std::string& name);
    LeafNames names_of_leaf(const std::string& name) const;
    void make_context();
    static int choose_certificate(SSL* ssl, void* data);
};

bool CertificateAuthority::Data::speaks_for(std::string_view name) const {
    auto fits = [&](std::string_view pattern) { return matches(pattern, name); };
    return is_host_name(name) && (std::ranges::any_of(always, fits) || std::ranges::any_of(names, fits));
}

LeafNames CertificateAuthority::Data::names_of_leaf(const std::string& name) const {
    if (!name.empty()) return {{name}, {}};
    LeafNames all{{std::begin(default_names), std::end(default_names)}, addresses};
    all.dns.insert(all.dns.end(), names.begin(), names.end());
    return all;
}

// `name` is lower case and spoken for, or empty: the default leaf.
std::shared_ptr<const CertificateAuthority::Data::Leaf> CertificateAuthority::Data::leaf(const std::string& name) {
    std::lock_guard lock(mutex);
    Time now = clock.now();
    auto found = by_name.find(name);
    if (found != by_name.end()) {
        leaves.splice(leaves.begin(), leaves, found->second);
        if (now < leaves.front()->renew_at) return leaves.front();
        by_name.erase(found);
        leaves.pop_front();
    }
    CertificateAndKey pair = make_leaf(ca, names_of_leaf(name), now, leaf_validity, entropy);
    leaves.push_front(std::make_shared<const Leaf>(Leaf{name, std::move(pair), now + leaf_validity - leaf_renewed_before}));
    by_name[name] = leaves.begin();
    if (leaves.size() > leaves_max) {
        by_name.erase(leaves.back()->name);
        leaves.pop_back();
    }
    return leaves.front();
}

int CertificateAuthority::Data::choose_certificate(SSL* ssl, void* data) {
    auto& self = *static_cast<Data*>(data);
    const char* asked = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    std::string name = asked ? to_lower(asked) : "";
    if (name.ends_with('.')) name.pop_back();
    // Nobody is told a certificate for a name that is not ours: the default one will not verify there.
    if (!self.speaks_for(name)) name.clear();
    try {
        auto leaf = self.leaf(name);
        return SSL_use_cert_and_key(ssl, leaf->pair.certificate.get(), leaf->pair.key.get(), nullptr, 1);
    } catch (const std::exception& e) {
        log::error("TLS: {}", e.what());
        return 0;
    }
}

void CertificateAuthority::Data::make_context() {
    context.reset(SSL_CTX_new(TLS_server_method()));
    if (!context) throw Fault("TLS: no context");
    SSL_CTX* made = context.get();
    SSL_CTX_set_min_proto_version(made, TLS1_2_VERSION);
    SSL_CTX_set_options(made, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_read_ahead(made, 1);
    SSL_CTX_set_cert_cb(made, choose_certificate, this);
    SSL_CTX_set_alpn_select_cb(made, choose_protocol, nullptr);
    // A session is resumed by its ticket only; nothing is kept for clients that do not come back.
    SSL_CTX_set_session_cache_mode(made, SSL_SESS_CACHE_OFF);
}

CertificateAuthority::CertificateAuthority(std::filesystem::path folder, std::vector<std::string> names, const Clock& clock,
                                           Entropy& entropy)
    : data_(std::make_shared<Data>(clock, entropy)) {
    data_->addresses = {*IpAddress::parse("127.0.0.1"), *IpAddress::parse("::1")};
    for (const std::string& name : names) {
        if (auto ip = IpAddress::parse(name)) {
            data_->addresses.push_back(*ip);
            continue;
        }
        std::string lower = to_lower(name);
        if (!is_host_name(lower.starts_with("*.") ? std::string_view(lower).substr(2) : lower))
            throw Fault("certificates: \"" + name + "\" is not a host name");
        data_->names.push_back(std::move(lower));
    }
    data_->ca = load_or_make(folder, clock.now(), entropy);
    data_->ca_pem = certificate_pem(data_->ca);
    data_->make_context();
}

CertificateAuthority::~CertificateAuthority() = default;

const std::string& CertificateAuthority::ca_pem() const { return data_->ca_pem; }
bool CertificateAuthority::speaks_for(std::string_view name) const { return data_->speaks_for(to_lower(name)); }
std::shared_ptr<ssl_ctx_st> CertificateAuthority::server_context() { return {data_, data_->context.get()}; }

}  // namespace sekisho::http
