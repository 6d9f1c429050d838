// CertificateAuthority: the local CA that instances and clients of this server trust, and the leaves it makes by SNI.
//
// `ca.pem` (0644) and `ca-key.pem` (0600) live in one folder, made at first use, atomically and durably. Leaves are made in
// memory when a client asks for a name that this server speaks for: AWS's names, localhost, and the configured ones.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/entropy.h"
#include "base/ip.h"
#include "http/tls.h"

namespace sekisho::http {

class CertificateAuthority final : public TlsProvider {
   public:
    // Loads the CA of `folder`, or makes one there. A certificate without its key, or with another's, is a Fault; a key alone
    // is what an interrupted first start leaves, and is replaced. `names`: further host names (also as "*.example.com", for any
    // depth) and addresses to speak for. `clock` and `entropy` must outlive it.
    CertificateAuthority(std::filesystem::path folder, std::vector<std::string> names, const Clock& clock, Entropy& entropy);
    ~CertificateAuthority() override;

    const std::string& ca_pem() const;
    std::shared_ptr<ssl_ctx_st> server_context() override;

    // Whether a leaf may be made for this name.
    bool speaks_for(std::string_view name) const;

   private:
    struct Data;
    std::shared_ptr<Data> data_;  // shared with the contexts given out
};

}  // namespace sekisho::http
