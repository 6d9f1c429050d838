#include "gate/gate.h"

#include <algorithm>

#include "authn/post_form.h"
#include "base/bytes.h"
#include "base/log.h"
#include "gate/front.h"
#include "origin/origin.h"
#include "services/s3/names.h"
#include "wire/errors/common.h"

namespace sekisho::gate {

namespace {

constexpr std::size_t query_body_bytes_max = 1 << 20;
constexpr std::string_view own_path = "/_sekisho/";

constexpr ErrorCode RequestEntityTooLarge{"RequestEntityTooLarge", 413, "The request body is too large."};
constexpr ErrorCode UnknownService{"NotImplemented", 501, "This server does not implement the requested service."};

wire::Dialect dialect_of(std::string_view service) {
    if (service == "s3") return wire::Dialect::rest_xml;
    if (service == "s3control") return wire::Dialect::s3_control;
    if (service == "ec2") return wire::Dialect::ec2;
    if (service == "iam" || service == "sts") return wire::Dialect::query;
    return wire::Dialect::json;
}

// EC2 has its own word for a denial, and so have the services of the JSON protocol; everybody else says AccessDenied.
ApiError denied(std::string_view service, const authz::Denial& denial,
                const std::function<std::string(std::string_view)>& seal) {
    if (service == "ec2") {
        std::string message = "You are not authorized to perform this operation. " + denial.message;
        if (seal && !denial.details.empty()) message += " Encoded authorization failure message: " + seal(denial.details);
        return ApiError{"UnauthorizedOperation", 403, std::move(message), {}};
    }
    if (dialect_of(service) == wire::Dialect::json && service != "sekisho")
        return ApiError{"AccessDeniedException", 400, denial.message, {}};
    return ApiError{"AccessDenied", 403, denial.message, {}};
}

bool read_only(std::string_view operation) {
    for (std::string_view verb : {"Get", "List", "Describe", "Head", "Simulate"})
        if (operation.starts_with(verb)) return true;
    return false;
}

// The whole body of a query- or JSON-protocol call, bounded before anybody is authenticated.
Task<Result<std::string>> read_small_body(http::BodyReader& body) {
    if (body.content_length().value_or(0) > query_body_bytes_max) co_return fail(RequestEntityTooLarge);
    std::string all;
    for (;;) {
        std::string piece = co_await body.read();
        if (piece.empty()) co_return all;
        if (all.size() + piece.size() > query_body_bytes_max) co_return fail(RequestEntityTooLarge);
        all += piece;
    }
}

}  // namespace

// How far a request came: what the reply and the audit line need, also when it failed half-way.
struct Gate::Progress {
    Progress(http::Request& request, RequestId id, Time now) : call{request, std::move(id), now} {}

    services::Call call;
    origin::Origin origin;
    authz::RequestFacts facts;
    std::string service = "s3";
    bool authenticated = false;
};

Gate::Gate(GateSettings settings, const Clock& clock, Entropy& request_ids, const authn::CredentialSource& credentials,
           authz::Authorizer& authorizer)
    : settings_(std::move(settings)),
      clock_(clock),
      request_ids_(request_ids),
      credentials_(credentials),
      authorizer_(authorizer) {}

void Gate::add(services::Service& service) { services_[std::string(service.name())] = &service; }

// S3's ids are 16 upper-case letters and digits, everybody else's UUIDs.
RequestId Gate::new_request_id(wire::Dialect dialect) {
    if (dialect == wire::Dialect::rest_xml || dialect == wire::Dialect::s3_control)
        return RequestId(request_ids_.text(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"));
    return RequestId(request_ids_.uuid());
}

http::Reply Gate::error_below_http(int status, std::string code, std::string message) {
    ApiError error{std::move(code), status, std::move(message), {}};
    return wire::error_reply(wire::Dialect::rest_xml, error, new_request_id(wire::Dialect::rest_xml));
}

Task<http::Reply> Gate::handle(http::Request request) {
    if (request.connection.listener->kind == http::Listener::Kind::metadata) co_return metadata_(request);
    if (request.path.starts_with(own_path)) co_return own_pages_(request);

    Addressed addressed = address(request);
    wire::Dialect dialect = dialect_of(addressed.service);
    Progress progress(request, new_request_id(dialect), clock_.now());
    progress.service = addressed.service;
    progress.call.dialect = dialect;
    progress.call.region = Region(addressed.region.value_or(settings_.default_region.value));
    progress.call.account = settings_.default_account;

    Result<http::Reply> answer = fail(error::InternalError);
    try {
        answer = co_await walk(request, progress);
    } catch (const http::BodyFault& fault) {
        answer = fail(ApiError{fault.code, fault.status, fault.message, {}});
    } catch (const std::exception& fault) {
        log::error("request {} ({}): {}", progress.call.id.value, progress.facts.operation, fault.what());
        answer = fail(error::InternalError);
    }

    authz::Outcome outcome;
    http::Reply reply;
    if (answer) {
        reply = std::move(*answer);
        wire::add_request_id(progress.call.dialect, reply, progress.call.id);
    } else {
        outcome.error_code = answer.error().code;
        outcome.error_message = answer.error().message;
        reply = wire::error_reply(progress.call.dialect, answer.error(), progress.call.id, request.path);
    }
    if (auto service = services_.find(progress.service); service != services_.end())
        service->second->finish(progress.call, reply);
    if (request.method == "HEAD") {
        if (auto* text = std::get_if<std::string>(&reply.body)) {
            if (!reply.head_content_length && !answer) reply.head_content_length = 0;
            text->clear();
        }
    }
    outcome.parameters.reserve(2);
    if (!progress.call.bucket.empty()) outcome.parameters.emplace_back("bucketName", progress.call.bucket);
    if (!progress.call.key.empty()) outcome.parameters.emplace_back("key", progress.call.key);
    authorizer_.record(progress.facts, progress.call.caller, progress.origin, outcome);
    co_return reply;
}

// INVARIANT: an operation runs only with the Approval that authorize() gave for exactly its asks, and authorize() sees only the
// caller that authenticate() proved and the origin that the connection has.
Task<Result<http::Reply>> Gate::walk(http::Request& request, Progress& progress) {
    services::Call& call = progress.call;
    authz::RequestFacts& facts = progress.facts;
    facts.id = call.id;
    facts.time = call.time;
    facts.service = progress.service;
    facts.region = call.region;
    facts.user_agent = std::string(request.headers.find("user-agent").value_or(""));
    facts.referer = std::string(request.headers.find("referer").value_or(""));

    // Which road it came by.
    Result<origin::Origin> origin = origin::derive(request.connection);
    if (!origin) co_return fail(std::move(origin.error()));
    progress.origin = std::move(*origin);

    // Which service. A gateway endpoint is S3's front end of one region: it knows no other service and no other region. (What
    // is addressed to S3 Control is never taken for a bucket that is called like its paths.)
    // Of an anonymous request, whose host name is the client's word only, the road alone says which region it is for.
    if (progress.origin.endpoint) {
        call.region = facts.region = progress.origin.endpoint->region;
        if (progress.service != "s3control") {
            progress.service = facts.service = "s3";
            call.dialect = wire::Dialect::rest_xml;
        }
    }
    auto found = services_.find(progress.service);
    if (found == services_.end()) co_return fail(UnknownService);
    services::Service& service = *found->second;

    // A preflight is about nobody, whatever its URL holds: a script's browser asks for what is public, the bucket's CORS rules.
    if (request.method == "OPTIONS")
        if (auto answer = service.preflight(call)) co_return std::move(*answer);

    // Who.
    if (!service.streams_body()) {
        Result<std::string> body = co_await read_small_body(*request.body);
        if (!body) co_return fail(std::move(body.error()));
        call.payload = std::move(*body);
    }
    authn::Expected expected;
    // S3 Control writes errors its own way; signatures and bodies are S3's.
    expected.dialect = call.dialect == wire::Dialect::s3_control ? wire::Dialect::rest_xml : call.dialect;
    expected.service = facts.service = service.scope();
    if (progress.origin.endpoint) expected.region = progress.origin.endpoint->region.value;
    expected.regions = settings_.regions;
    expected.default_region = settings_.default_region.value;
    expected.anonymous_allowed = service.anonymous_allowed();
    expected.signature_v2_allowed = progress.service == "s3";
    expected.payload = call.payload;
    const std::string bucket_in_host =
        s3::parse_host(request.headers.find("host").value_or(""), settings_.host_suffixes).bucket;
    expected.virtual_bucket = bucket_in_host;
    Result<authn::Caller> caller = fail(error::InternalError);
    if (progress.service == "s3" && authn::is_post_form(request)) {
        // The fields hold the signature: a browser's form has no headers of its own.
        Result<std::shared_ptr<const authn::PostForm>> form = co_await authn::read_post_form(request);
        if (!form) co_return fail(std::move(form.error()));
        call.form = std::move(*form);
        caller = authn::authenticate_post_form(*call.form, expected, credentials_, signing_keys_, call.time);
    } else {
        caller = authn::authenticate(request, expected, credentials_, signing_keys_, call.time);
    }
    if (!caller) co_return fail(std::move(caller.error()));
    call.caller = std::move(*caller);
    if (on_authenticated_) on_authenticated_(call.caller, call.time);
    if (call.caller.kind != authn::Caller::Kind::anonymous) call.account = call.caller.account;
    if (!call.caller.scope_region.empty()) call.region = Region(call.caller.scope_region);
    facts.region = call.region;

    // Which operation.
    Result<const services::AnyOperation*> operation = service.find(call);
    if (!operation) co_return fail(std::move(operation.error()));
    facts.operation = std::string((*operation)->name());
    facts.read_only = read_only(facts.operation);

    for (int question = 1; question <= services::questions_max; ++question) {
        // What it asks.
        Result<std::unique_ptr<services::Prepared>> prepared = co_await (*operation)->prepare(call);
        if (!prepared) co_return fail(std::move(prepared.error()));

        // May they, and why.
        auto decision = authorizer_.authorize(call.caller, progress.origin, (*prepared)->asks(), (*prepared)->each(), facts);
        if (auto* denial = std::get_if<authz::Denial>(&decision)) co_return fail(denied(progress.service, *denial, seal_));

        Result<http::Reply> reply = co_await (*prepared)->run(std::move(std::get<authz::Approval>(decision)));
        if (reply || !services::asks_again(reply.error())) co_return reply;
    }
    co_return fail(error::ServiceUnavailable);
}

}  // namespace sekisho::gate
