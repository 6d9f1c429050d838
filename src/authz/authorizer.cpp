#include "authz/authorizer.h"

#include <algorithm>

#include "authz/audit.h"
#include "authz/authorization_message.h"
#include "authz/decisions.h"
#include "authz/explanation.h"
#include "authz/gather.h"
#include "authz/keys.h"
#include "authz/message.h"
#include "authz/pack.h"

namespace sekisho::authz {

struct Authorizer::State {
    const PolicySource& source;
    AuditLog* audit;
    SessionPolicies sessions;
    Decisions decisions;

    State(const PolicySource& s, AuditLog* a, const AuthorizerOptions& options)
        : source(s), audit(a), decisions(options.decisions_max) {}
};

Authorizer::Authorizer(const PolicySource& source, AuditLog* audit, AuthorizerOptions options)
    : state_(std::make_unique<State>(source, audit, options)) {}

Authorizer::~Authorizer() = default;

namespace {

// Empty: all are the caller's own account's.
std::vector<SharedPlace> places_of_resources(const PolicySource& source, const authn::Caller& caller,
                                             const Participants& participants, const std::vector<Ask>& asks) {
    std::vector<SharedPlace> places;
    for (std::size_t i = 0; i < asks.size(); ++i) {
        if (asks[i].resource_account == caller.account && caller.kind != authn::Caller::Kind::anonymous) continue;
        places.resize(asks.size(), participants.caller_place);
        places[i] = source.organization(asks[i].resource_account);
    }
    return places;
}

}  // namespace

std::variant<Approval, Denial> Authorizer::authorize(authn::Caller caller, origin::Origin origin, const std::vector<Ask>& asks,
                                                     bool each, const RequestFacts& facts) {
    Participants gathered = gather(state_->source, state_->sessions, caller, origin);
    gathered.caller = pack_caller(caller, facts.user_agent);
    std::shared_ptr<const Participants> participants = state_->decisions.share(std::move(gathered));

    std::vector<bool> allowed(asks.size());
    std::vector<std::string> messages(asks.size());
    std::optional<Denial> denial;
    const std::vector<SharedPlace> elsewhere = places_of_resources(state_->source, caller, *participants, asks);
    for (std::size_t i = 0; i < asks.size(); ++i) {
        const Ask& ask = asks[i];
        const SharedPlace& place = elsewhere.empty() ? participants->caller_place : elsewhere[i];
        RequestKeys keys({caller, origin, facts, ask.resource_account, participants->caller_place.get(), place.get(),
                          participants->endpoint_place.get()},
                         ask.context);
        AskedQuery asked(caller, ask, *participants, place.get(), keys);
        policy::Decision decision = policy::evaluate(asked.query());
        allowed[i] = decision.allowed;
        if (decision.allowed) continue;
        const bool near = same_organization(participants->caller_place, place);
        messages[i] = denied_message(caller, ask, facts.service, decision, near);
        if (!each && !ask.optional) {
            denial = Denial{ask.action, ask.resource, messages[i], {}};
            if (facts.service == "ec2") denial->details = authorization_message(caller, ask, decision);
            break;
        }
    }

    auto record = std::make_shared<Record>();
    record->id = facts.id;
    record->participants = std::move(participants);
    record->request = pack_request(origin, facts, caller, asks);
    record->resource_policies.reserve(asks.size());
    for (const Ask& ask : asks) record->resource_policies.push_back(ask.resource_policy);
    record->resource_places = elsewhere;
    if (std::ranges::any_of(asks, [](const Ask& ask) { return ask.acl != nullptr; }))
        for (const Ask& ask : asks) record->acls.push_back(ask.acl);
    state_->decisions.put(std::move(record));

    if (denial) return std::move(*denial);
    return Approval(std::move(caller), std::move(origin), std::move(allowed), std::move(messages));
}

void Authorizer::record(const RequestFacts& facts, const authn::Caller& caller, const origin::Origin& origin,
                        const Outcome& outcome) {
    const bool failed = !outcome.error_code.empty();
    if (failed && !state_->decisions.is_recent(facts.id)) {
        // It failed before anybody was asked (a bad signature, a malformed request): `why` says so.
        auto record = std::make_shared<Record>();
        record->id = facts.id;
        Participants alone;
        alone.caller = pack_caller(caller, facts.user_agent);
        record->participants = state_->decisions.share(std::move(alone));
        record->request = pack_request(origin, facts, caller, {});
        record->asked = false;
        record->error_code = outcome.error_code;
        record->error_message = outcome.error_message;
        state_->decisions.put(std::move(record));
    }
    if (!state_->audit || !state_->audit->wants(facts.service, facts.operation, failed)) return;
    AuditEvent event;
    event.id = facts.id;
    event.time = facts.time;
    event.service = facts.service;
    event.operation = facts.operation;
    event.region = facts.region;
    event.user_agent = facts.user_agent;
    event.read_only = facts.read_only;
    event.caller = caller;
    event.origin = origin;
    event.error_code = outcome.error_code;
    event.error_message = outcome.error_message;
    event.parameters = outcome.parameters;
    event.recipient = outcome.recipient;
    state_->audit->write(std::move(event));
}

std::optional<Explanation> Authorizer::explain(const RequestId& id, const std::optional<AccountId>& viewer) const {
    std::shared_ptr<const Record> record = state_->decisions.find(id);
    if (!record) return std::nullopt;
    return explain_record(*record, viewer, &state_->source);
}

}  // namespace sekisho::authz
