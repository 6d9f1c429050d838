// Making X.509 certificates: a P-256 CA and leaves below it, as RFC 5280 and strict verifiers want them. Private to http/.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/entropy.h"
#include "base/ip.h"

struct x509_st;
struct evp_pkey_st;

namespace sekisho::http {

struct FreeX509 {
    void operator()(x509_st* certificate) const;
    void operator()(evp_pkey_st* key) const;
};

struct CertificateAndKey {
    std::unique_ptr<x509_st, FreeX509> certificate;
    std::unique_ptr<evp_pkey_st, FreeX509> key;
};

struct LeafNames {
    std::vector<std::string> dns;
    std::vector<IpAddress> addresses;
};

CertificateAndKey make_ca(Time now, Entropy& entropy);
// Back-dated by an hour for clocks that are behind.
CertificateAndKey make_leaf(const CertificateAndKey& ca, const LeafNames& names, Time now, std::chrono::hours validity,
                            Entropy& entropy);

std::string certificate_pem(const CertificateAndKey& pair);
std::string key_pem(const CertificateAndKey& pair);
// Throws Fault when either is malformed or they do not belong together.
CertificateAndKey read_pair(const std::string& certificate_pem, const std::string& key_pem);

}  // namespace sekisho::http
