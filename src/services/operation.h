// Operations: what a service is made of. One operation = one file in services/<service>/ops/ with one struct:
//
//     struct CreateVpc {
//         static constexpr std::string_view name = "CreateVpc";
//         struct Input { … };
//         static Result<Input> parse(const Call& call);                                     // wire → typed input
//         static std::vector<authz::Ask> asks(const Input&, const Call&, Ec2&);             // which actions on what
//         static Task<Result<http::Reply>> run(authz::Authorized<Input> in, Call& call, Ec2& ec2);
//     };
//
// and one line in the service's list. `asks` may also return Result<std::vector<Ask>> or Task<Result<std::vector<Ask>>>
// (NoSuchBucket is answered before anybody is asked; facts such as object tags need a read), and may take Input& to leave what
// it read for run(). An operation that decides item by item says `static constexpr bool each = true;`: then run() is called
// when any or no ask was allowed, and looks at approval().allowed(i).
//
// INVARIANT: what the asks were told of the store (tags, a policy, which object there is) still holds when run() commits or
// answers. Where it does not, run() answers `ask_again`, and the whole question is asked anew: parse, asks, authorize, run.
//
// The gate alone walks the stages; nothing here calls authn or authz.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
#include <vector>

#include "authn/caller.h"
#include "authz/ask.h"
#include "authz/authorized.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/task.h"
#include "http/message.h"
#include "wire/dialect.h"
#include "wire/params.h"

namespace sekisho::authn {
struct PostForm;
}

namespace sekisho::services {

// One call on its way: the request, what the service's front end read from it, and (after authn) who is calling.
struct Call {
    http::Request& request;
    RequestId id;
    Time time;                                        // when the request arrived
    wire::Dialect dialect = wire::Dialect::rest_xml;  // how errors of this call are written
    Region region;         // the region asked: credential scope, else host, else the server's default
    AccountId account;     // the caller's account (the server's default account for anonymous callers)
    authn::Caller caller;  // set by the gate after authentication
    wire::Params params;   // query protocols: form parameters; REST: query parameters, decoded
    std::string payload;   // query and JSON protocols: the whole body (≤ 1 MiB), already verified
    // S3 only: bucket and key as addressed (path or virtual-host style), decoded.
    std::string bucket;
    std::string key;
    bool virtual_host = false;
    // S3 only: the ARN of the access point by which the bucket was addressed; empty: by its own name.
    std::string access_point = {};
    // S3 only: a small body that was read and proved; asking again finds it here. (The operations' asks see a const Call.)
    mutable std::optional<std::string> document = {};
    // S3 only: the fields of a browser's form upload, whose file is the request's body.
    std::shared_ptr<const authn::PostForm> form = {};
    // The service's own note of what its asks were made from, for run() to compare.
    mutable std::shared_ptr<const void> asked = {};
};

// What run() answers when something that its asks were told is no longer so. Never leaves the gate: after questions_max times
// the answer is ServiceUnavailable, which clients try again. An operation answers it only while its body can be had again.
inline constexpr ErrorCode ask_again{"AskAgain", 503, "What was decided about has changed."};
inline bool asks_again(const ApiError& error) { return error.code == ask_again.code; }
inline constexpr int questions_max = 16;

// An operation with parsed input, ready to be asked about and run once.
class Prepared {
   public:
    virtual ~Prepared() = default;
    virtual const std::vector<authz::Ask>& asks() const = 0;
    virtual bool each() const = 0;
    virtual Task<Result<http::Reply>> run(authz::Approval approval) = 0;
};

class AnyOperation {
   public:
    virtual ~AnyOperation() = default;
    virtual std::string_view name() const = 0;
    // Parses and gathers the asks. `call` must outlive the result.
    virtual Task<Result<std::unique_ptr<Prepared>>> prepare(Call& call) const = 0;
};

class Service {
   public:
    virtual ~Service() = default;
    virtual std::string_view name() const = 0;  // "s3", "s3control", "ec2", "iam", "sts", "sekisho"
    // As in credential scopes, where that is another name ("s3" of "s3control").
    virtual std::string_view scope() const { return name(); }
    virtual bool anonymous_allowed() const { return false; }
    virtual bool streams_body() const { return false; }  // s3: the body is read by the operation, not before authentication
    // A browser's question before a request of a script (OPTIONS), which comes without credentials: answered here, before
    // anybody is authenticated or asked. nullopt: the service has no such thing.
    virtual std::optional<Result<http::Reply>> preflight(Call&) const { return std::nullopt; }
    // Every reply of the service on its way out, also one that says what failed; what the call holds is what was found by then.
    virtual void finish(const Call&, http::Reply&) const {}
    // Which operation this request is; fills the call's dialect, params, bucket and key. Errors: unknown operation
    // (NotImplemented, 501), malformed request.
    virtual Result<const AnyOperation*> find(Call& call) const = 0;
};

namespace detail {

template <class Op, class S>
Task<Result<std::vector<authz::Ask>>> asks_of(typename Op::Input& input, const Call& call, S& service) {
    using R = decltype(Op::asks(input, call, service));
    if constexpr (std::is_same_v<R, std::vector<authz::Ask>>) {
        co_return Op::asks(input, call, service);
    } else if constexpr (std::is_same_v<R, Result<std::vector<authz::Ask>>>) {
        co_return Op::asks(input, call, service);
    } else {
        co_return co_await Op::asks(input, call, service);
    }
}

template <class Op>
constexpr bool each_of() {
    if constexpr (requires { Op::each; })
        return Op::each;
    else
        return false;
}

template <class Op, class S>
class OperationOf final : public AnyOperation {
   public:
    explicit OperationOf(S& service) : service_(service) {}
    std::string_view name() const override { return Op::name; }

    Task<Result<std::unique_ptr<Prepared>>> prepare(Call& call) const override {
        Result<typename Op::Input> input = Op::parse(call);
        if (!input) co_return fail(std::move(input.error()));
        auto prepared = std::make_unique<PreparedOf>(std::move(*input), call, service_);
        Result<std::vector<authz::Ask>> asks = co_await asks_of<Op>(prepared->input, call, service_);
        if (!asks) co_return fail(std::move(asks.error()));
        prepared->asked = std::move(*asks);
        co_return std::unique_ptr<Prepared>(std::move(prepared));
    }

   private:
    struct PreparedOf final : Prepared {
        PreparedOf(typename Op::Input i, Call& c, S& s) : input(std::move(i)), call(c), service(s) {}
        const std::vector<authz::Ask>& asks() const override { return asked; }
        bool each() const override { return each_of<Op>(); }
        Task<Result<http::Reply>> run(authz::Approval approval) override {
            return Op::run(authz::Authorized<typename Op::Input>(std::move(input), std::move(approval)), call, service);
        }
        typename Op::Input input;
        Call& call;
        S& service;
        std::vector<authz::Ask> asked;
    };
    S& service_;
};

}  // namespace detail

// One operation of a service.
template <class Op, class S>
std::unique_ptr<AnyOperation> operation(S& service) {
    return std::make_unique<detail::OperationOf<Op, S>>(service);
}

// A service's list: `OperationList list = operations<Ec2, CreateVpc, DescribeVpcs, …>(ec2);` found by name.
class OperationList {
   public:
    void add(std::unique_ptr<AnyOperation> operation) { operations_.push_back(std::move(operation)); }
    const AnyOperation* find(std::string_view name) const {
        for (const auto& operation : operations_)
            if (operation->name() == name) return operation.get();
        return nullptr;
    }
    auto begin() const { return operations_.begin(); }
    auto end() const { return operations_.end(); }

   private:
    std::vector<std::unique_ptr<AnyOperation>> operations_;
};

template <class S, class... Ops>
OperationList operations(S& service) {
    OperationList list;
    (list.add(std::make_unique<detail::OperationOf<Ops, S>>(service)), ...);
    return list;
}

}  // namespace sekisho::services
