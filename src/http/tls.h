// TlsProvider: who gives the server its TLS context (http/certificates.h is the usual one).
#pragma once

#include <memory>

struct ssl_ctx_st;

namespace sekisho::http {

class TlsProvider {
   public:
    virtual ~TlsProvider() = default;
    // The context for one accepted connection; chooses its certificate by the name the client asks for. Any thread.
    virtual std::shared_ptr<ssl_ctx_st> server_context() = 0;
};

}  // namespace sekisho::http
