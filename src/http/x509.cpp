#include "http/x509.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>

#include "base/result.h"

namespace sekisho::http {

void FreeX509::operator()(x509_st* certificate) const { X509_free(certificate); }
void FreeX509::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }

namespace {

constexpr std::chrono::hours ca_validity{24 * 3650};
constexpr std::chrono::hours back_dated{1};

[[noreturn]] void fault(std::string_view what) {
    unsigned long code = ERR_get_error();
    std::array<char, 200> text{};
    if (code != 0) ERR_error_string_n(code, text.data(), text.size());
    ERR_clear_error();
    throw Fault("certificates: " + std::string(what) + (code != 0 ? std::string(": ") + text.data() : ""));
}
void must(bool ok, std::string_view what) {
    if (!ok) fault(what);
}

void set_serial(X509* certificate, Entropy& entropy) {
    std::array<unsigned char, 16> bytes;
    entropy.fill(std::as_writable_bytes(std::span(bytes)));
    bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7F) | 0x40);  // positive, never short
    std::unique_ptr<BIGNUM, decltype(&BN_free)> number(BN_bin2bn(bytes.data(), bytes.size(), nullptr), BN_free);
    must(number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)), "serial number");
}

void set_validity(X509* certificate, Time from, Time until) {
    must(ASN1_TIME_set(X509_getm_notBefore(certificate), epoch_seconds(from)) &&
             ASN1_TIME_set(X509_getm_notAfter(certificate), epoch_seconds(until)),
         "validity");
}

void add_name(X509_NAME* name, const char* field, std::string_view value) {
    must(X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(value.data()),
                                    static_cast<int>(value.size()), -1, 0),
         "name");
}

void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
        X509V3_EXT_nconf_nid(nullptr, &context, nid, value.c_str()), X509_EXTENSION_free);
    must(extension && X509_add_ext(certificate, extension.get(), -1), "extension");
}

// Built from values, not from OpenSSL's configuration syntax: a name cannot smuggle in another entry.
void add_subject_alternative_names(X509* certificate, const LeafNames& names, bool critical) {
    std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> all(sk_GENERAL_NAME_new_null(), GENERAL_NAMES_free);
    auto add = [&](int type, std::string_view bytes) {
        GENERAL_NAME* name = GENERAL_NAME_new();
        ASN1_STRING* value = type == GEN_DNS ? static_cast<ASN1_STRING*>(ASN1_IA5STRING_new()) : ASN1_OCTET_STRING_new();
        must(name && value && ASN1_STRING_set(value, bytes.data(), static_cast<int>(bytes.size())), "name");
        GENERAL_NAME_set0_value(name, type, value);
        must(sk_GENERAL_NAME_push(all.get(), name) > 0, "name");
    };
    for (const std::string& name : names.dns) add(GEN_DNS, name);
    for (const IpAddress& ip : names.addresses)
        add(GEN_IPADD, {reinterpret_cast<const char*>(ip.bytes.data()), ip.v6 ? 16u : 4u});
    must(X509_add1_ext_i2d(certificate, NID_subject_alt_name, all.get(), critical, 0) == 1, "subject alternative names");
}

CertificateAndKey begin(Entropy& entropy) {
    CertificateAndKey pair;
    pair.key.reset(EVP_EC_gen("P-256"));
    pair.certificate.reset(X509_new());
    must(pair.key && pair.certificate, "key");
    must(X509_set_version(pair.certificate.get(), X509_VERSION_3) && X509_set_pubkey(pair.certificate.get(), pair.key.get()),
         "certificate");
    set_serial(pair.certificate.get(), entropy);
    return pair;
}

template <class Write>
std::string pem(Write write) {
    std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
    must(out && write(out.get()) == 1, "PEM");
    char* data = nullptr;
    long size = BIO_get_mem_data(out.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

}  // namespace

CertificateAndKey make_ca(Time now, Entropy& entropy) {
    CertificateAndKey ca = begin(entropy);
    X509* certificate = ca.certificate.get();
    set_validity(certificate, now - back_dated, now + ca_validity);
    X509_NAME* name = X509_get_subject_name(certificate);
    add_name(name, "O", "sekisho");
    // Several installations' CAs in one trust store stay apart.
    add_name(name, "CN", "sekisho local CA " + entropy.hex(8));
    must(X509_set_issuer_name(certificate, name), "issuer");
    add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(certificate, certificate, NID_subject_key_identifier, "hash");
    must(X509_sign(certificate, ca.key.get(), EVP_sha256()) > 0, "signature");
    return ca;
}

CertificateAndKey make_leaf(const CertificateAndKey& ca, const LeafNames& names, Time now, std::chrono::hours validity,
                            Entropy& entropy) {
    CertificateAndKey leaf = begin(entropy);
    X509* certificate = leaf.certificate.get();
    set_validity(certificate, now - back_dated, now - back_dated + validity);
    bool has_subject = !names.dns.empty() && names.dns.front().size() <= ub_common_name;
    if (has_subject) add_name(X509_get_subject_name(certificate), "CN", names.dns.front());
    must(X509_set_issuer_name(certificate, X509_get_subject_name(ca.certificate.get())), "issuer");
    add_extension(certificate, ca.certificate.get(), NID_basic_constraints, "critical,CA:FALSE");
    add_extension(certificate, ca.certificate.get(), NID_key_usage, "critical,digitalSignature");
    add_extension(certificate, ca.certificate.get(), NID_ext_key_usage, "serverAuth");
    add_extension(certificate, ca.certificate.get(), NID_subject_key_identifier, "hash");
    add_extension(certificate, ca.certificate.get(), NID_authority_key_identifier, "keyid:always");
    add_subject_alternative_names(certificate, names, !has_subject);
    must(X509_sign(certificate, ca.key.get(), EVP_sha256()) > 0, "signature");
    return leaf;
}

std::string certificate_pem(const CertificateAndKey& pair) {
    return pem([&](BIO* out) { return PEM_write_bio_X509(out, pair.certificate.get()); });
}
std::string key_pem(const CertificateAndKey& pair) {
    return pem(
        [&](BIO* out) { return PEM_write_bio_PKCS8PrivateKey(out, pair.key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
}

CertificateAndKey read_pair(const std::string& certificate_pem, const std::string& key_pem) {
    auto open = [](const std::string& text) {
        return std::unique_ptr<BIO, decltype(&BIO_free)>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free);
    };
    CertificateAndKey pair;
    pair.certificate.reset(PEM_read_bio_X509(open(certificate_pem).get(), nullptr, nullptr, nullptr));
    must(pair.certificate != nullptr, "the CA's certificate cannot be read");
    char no_passphrase[] = "";
    pair.key.reset(PEM_read_bio_PrivateKey(open(key_pem).get(), nullptr, nullptr, no_passphrase));
    must(pair.key != nullptr, "the CA's key cannot be read");
    must(X509_check_private_key(pair.certificate.get(), pair.key.get()) == 1, "the CA's key is not its certificate's");
    return pair;
}

}  // namespace sekisho::http
