#include "services/ec2/key_pairs.h"

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include <algorithm>
#include <memory>

#include "base/bytes.h"
#include "services/ec2/limits.h"
#include "wire/errors/ec2.h"

namespace sekisho::ec2 {

namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Number = std::unique_ptr<BIGNUM, decltype(&BN_free)>;

std::string digest(std::string_view bytes, const EVP_MD* algorithm) {
    unsigned char out[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), out, &length, algorithm, nullptr) != 1) throw Fault("EVP_Digest failed");
    return std::string(reinterpret_cast<char*>(out), length);
}

std::string colons(const std::string& bytes) {
    std::string hex = to_hex(bytes), out;
    for (std::size_t i = 0; i < hex.size(); i += 2) out += (i ? ":" : "") + hex.substr(i, 2);
    return out;
}

std::string without_padding(std::string text) {
    while (!text.empty() && text.back() == '=') text.pop_back();
    return text;
}

void put_number(std::string& out, std::uint32_t number) {
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift & 255);
}

// RFC 4253: fields with a length of four bytes, big endian.
void put_field(std::string& out, std::string_view bytes) {
    put_number(out, static_cast<std::uint32_t>(bytes.size()));
    out += bytes;
}

bool take_field(std::string_view& in, std::string_view& field) {
    if (in.size() < 4) return false;
    std::size_t length = 0;
    for (int i = 0; i < 4; ++i) length = length << 8 | static_cast<unsigned char>(in[static_cast<std::size_t>(i)]);
    in.remove_prefix(4);
    if (in.size() < length) return false;
    field = in.substr(0, length);
    in.remove_prefix(length);
    return true;
}

std::string number_bytes(const BIGNUM* number) {
    std::string bytes(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
    BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
    if (!bytes.empty() && (bytes[0] & 0x80)) bytes.insert(bytes.begin(), '\0');  // mpint: positive
    return bytes;
}

std::string rsa_number(EVP_PKEY* key, const char* name) {
    BIGNUM* number = nullptr;
    if (EVP_PKEY_get_bn_param(key, name, &number) != 1) throw Fault("EVP_PKEY_get_bn_param failed");
    return number_bytes(Number(number, BN_free).get());
}

std::string der_of(EVP_PKEY* key, bool private_part) {
    unsigned char* der = nullptr;
    int length = private_part ? 0 : i2d_PUBKEY(key, &der);
    if (private_part) {
        std::unique_ptr<PKCS8_PRIV_KEY_INFO, decltype(&PKCS8_PRIV_KEY_INFO_free)> info(EVP_PKEY2PKCS8(key),
                                                                                       PKCS8_PRIV_KEY_INFO_free);
        length = info ? i2d_PKCS8_PRIV_KEY_INFO(info.get(), &der) : -1;
    }
    if (length <= 0) throw Fault("a key could not be written");
    std::string out(reinterpret_cast<char*>(der), static_cast<std::size_t>(length));
    OPENSSL_free(der);
    return out;
}

// The RSA key of an ssh-rsa blob, for its fingerprint. Null when the numbers make none.
Key rsa_public_key(std::string_view exponent, std::string_view modulus) {
    Key none(nullptr, EVP_PKEY_free);
    std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr),
                                                                        EVP_PKEY_CTX_free);
    std::string e(exponent.rbegin(), exponent.rend()), n(modulus.rbegin(), modulus.rend());  // native, little endian
    OSSL_PARAM params[] = {OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, reinterpret_cast<unsigned char*>(n.data()), n.size()),
                           OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_E, reinterpret_cast<unsigned char*>(e.data()), e.size()),
                           OSSL_PARAM_construct_end()};
    EVP_PKEY* key = nullptr;
    if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
        return none;
    return Key(key, EVP_PKEY_free);
}

std::string rsa_pem(EVP_PKEY* key) {
    std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), BIO_free);
    if (PEM_write_bio_PrivateKey_traditional(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1)
        throw Fault("a private key could not be written");
    char* data = nullptr;
    long length = BIO_get_mem_data(bio.get(), &data);
    return std::string(data, static_cast<std::size_t>(length));
}

// An unencrypted Ed25519 key as OpenSSH keeps it, and as EC2 gives it out: ssh reads no PKCS #8 of this kind.
// https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key
std::string openssh_pem(EVP_PKEY* key, const std::string& public_blob) {
    unsigned char secret[32], open[32], check[4];
    std::size_t secret_length = sizeof secret, open_length = sizeof open;
    if (EVP_PKEY_get_raw_private_key(key, secret, &secret_length) != 1 ||
        EVP_PKEY_get_raw_public_key(key, open, &open_length) != 1 || RAND_bytes(check, sizeof check) != 1)
        throw Fault("a private key could not be written");
    std::string public_key(reinterpret_cast<char*>(open), open_length);
    std::string both(reinterpret_cast<char*>(secret), secret_length);
    both += public_key;
    std::string inner;
    for (int twice = 0; twice < 2; ++twice) inner.append(reinterpret_cast<char*>(check), sizeof check);
    put_field(inner, "ssh-ed25519");
    put_field(inner, public_key);
    put_field(inner, both);
    put_field(inner, "");  // comment
    for (char pad = 1; inner.size() % 8 != 0; ++pad) inner += pad;
    std::string all("openssh-key-v1\0", 15);
    put_field(all, "none");  // cipher
    put_field(all, "none");  // key derivation
    put_field(all, "");
    put_number(all, 1);  // keys
    put_field(all, public_blob);
    put_field(all, inner);
    std::string text = to_base64(all), pem = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
    for (std::size_t at = 0; at < text.size(); at += 70) pem += text.substr(at, 70) + "\n";
    return pem + "-----END OPENSSH PRIVATE KEY-----\n";
}

}  // namespace

Result<KeyPair> read_public_key(std::string_view text) {
    text = trim(text.substr(0, text.find_first_of("\r\n")));
    std::vector<std::string_view> words = split(text, ' ');
    if (words.size() < 2 || !valid_utf8(text)) return fail(error::ec2::InvalidKeyFormat);
    auto blob = from_base64(words[1]);
    if (!blob || blob->size() > 4096) return fail(error::ec2::InvalidKeyFormat);
    std::string_view rest = *blob, type, first, second;
    if (!take_field(rest, type) || type != words[0] || !take_field(rest, first)) return fail(error::ec2::InvalidKeyFormat);
    KeyPair key;
    key.public_key = std::string(words[0]) + " " + std::string(words[1]);
    if (type == "ssh-ed25519" && first.size() == 32 && rest.empty()) {
        key.type = "ed25519";
        key.fingerprint = without_padding(to_base64(digest(*blob, EVP_sha256())));
        return key;
    }
    if (type != "ssh-rsa" || !take_field(rest, second) || !rest.empty()) return fail(error::ec2::InvalidKeyFormat);
    Key rsa = rsa_public_key(first, second);
    if (!rsa) return fail(error::ec2::InvalidKeyFormat);
    int bits = EVP_PKEY_get_bits(rsa.get());
    if (bits != 1024 && bits != 2048 && bits != 4096)
        return fail(error::ec2::InvalidKeyFormat, "Invalid DER encoded key material: only keys of 1024, 2048 and 4096 bits");
    // Imported RSA keys: MD5 of the public key in DER (EC2 guide, "Verify the fingerprint of your key pair").
    key.fingerprint = colons(digest(der_of(rsa.get(), false), EVP_md5()));
    return key;
}

Result<std::string> key_name(const Params& params) {
    auto name = required(params, "KeyName");
    if (!name) return name;
    if (name->size() > limits::key_name_characters)
        return fail(error::ec2::InvalidParameterValue, "The key pair name exceeds the maximum length of 255 characters");
    if (std::any_of(name->begin(), name->end(), [](char c) { return c < ' ' || c > '~'; }))
        return fail(error::ec2::InvalidParameterValue, "The key pair name must consist of printable ASCII characters");
    return name;
}

Result<void> room_for_key_pair(const State& state) {
    if (state.key_pairs.size() >= limits::key_pairs)
        return fail(error::ec2::ResourceLimitExceeded,
                    fmt::format("You have reached the limit of {} key pairs.", limits::key_pairs));
    return {};
}

NewKeyPair make_key_pair(const std::string& type) {
    Key key(type == "rsa" ? EVP_RSA_gen(2048) : EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), EVP_PKEY_free);
    if (!key) throw Fault("a key pair could not be made");
    NewKeyPair made;
    made.key.type = type;
    std::string blob;
    if (type == "rsa") {
        put_field(blob, "ssh-rsa");
        put_field(blob, rsa_number(key.get(), OSSL_PKEY_PARAM_RSA_E));
        put_field(blob, rsa_number(key.get(), OSSL_PKEY_PARAM_RSA_N));
        // RSA keys that EC2 makes: SHA-1 of the private key in DER, PKCS #8.
        made.key.fingerprint = colons(digest(der_of(key.get(), true), EVP_sha1()));
        made.key.public_key = "ssh-rsa " + to_base64(blob);
    } else {
        unsigned char raw[32];
        std::size_t length = sizeof raw;
        if (EVP_PKEY_get_raw_public_key(key.get(), raw, &length) != 1) throw Fault("EVP_PKEY_get_raw_public_key failed");
        put_field(blob, "ssh-ed25519");
        put_field(blob, std::string_view(reinterpret_cast<char*>(raw), length));
        made.key.fingerprint = without_padding(to_base64(digest(blob, EVP_sha256())));
        made.key.public_key = "ssh-ed25519 " + to_base64(blob);
    }
    made.private_key_pem = type == "rsa" ? rsa_pem(key.get()) : openssh_pem(key.get(), blob);
    return made;
}

}  // namespace sekisho::ec2
