// Gate: the path of a request, as one function. Every stage stands in gate.cpp by name, top to bottom:
//
//     socket ─▶ origin ─▶ find service ─▶ read body* ─▶ authenticate ─▶ find operation ─▶ ask ─▶ authorize ─▶ run ─▶ reply
//
// (* query and JSON protocols only: their signature covers the body, at most 1 MiB; S3's operations read theirs themselves.)
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "authn/authenticate.h"
#include "authz/authorizer.h"
#include "base/clock.h"
#include "base/entropy.h"
#include "http/message.h"
#include "services/operation.h"

namespace sekisho::gate {

struct GateSettings {
    AccountId default_account;
    Region default_region;
    std::vector<std::string> regions;        // that this server answers for
    std::vector<std::string> host_suffixes;  // below which a label of the host name is a bucket
};

class Gate {
   public:
    // A page of the server itself below /_sekisho/ (health, metrics), or the answer of instance metadata: not AWS calls.
    using Page = std::function<http::Reply(const http::Request&)>;

    // `request_ids` is asked for nothing but request ids.
    Gate(GateSettings settings, const Clock& clock, Entropy& request_ids, const authn::CredentialSource& credentials,
         authz::Authorizer& authorizer);

    void add(services::Service& service);
    void set_metadata(Page page) { metadata_ = std::move(page); }
    // Told of every caller whose signature held (GetAccessKeyLastUsed).
    void set_on_authenticated(std::function<void(const authn::Caller&, Time)> told) { on_authenticated_ = std::move(told); }
    // Seals what only the holders of sts:DecodeAuthorizationMessage may read.
    void set_seal(std::function<std::string(std::string_view)> seal) { seal_ = std::move(seal); }
    void set_own_pages(Page page) { own_pages_ = std::move(page); }

    Task<http::Reply> handle(http::Request request);

    // An error below HTTP (a broken head, a slow client), in S3's form, since nothing is known yet.
    http::Reply error_below_http(int status, std::string code, std::string message);

   private:
    struct Progress;
    Task<Result<http::Reply>> walk(http::Request& request, Progress& progress);
    RequestId new_request_id(wire::Dialect dialect);

    GateSettings settings_;
    const Clock& clock_;
    Entropy& request_ids_;
    const authn::CredentialSource& credentials_;
    authn::SigningKeys signing_keys_;
    authz::Authorizer& authorizer_;
    std::map<std::string, services::Service*, std::less<>> services_;
    Page metadata_;
    Page own_pages_;
    std::function<void(const authn::Caller&, Time)> on_authenticated_;
    std::function<std::string(std::string_view)> seal_;
};

}  // namespace sekisho::gate
