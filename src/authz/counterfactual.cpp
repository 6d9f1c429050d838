#include "authz/counterfactual.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <deque>
#include <map>

#include "authz/differences.h"
#include "authz/gather.h"
#include "authz/keys.h"
#include "base/bytes.h"
#include "policy/explain.h"

namespace sekisho::authz {
namespace {

using policy::Effect;

constexpr std::size_t evaluations_max = 400;
constexpr std::size_t differences_max = 3;  // together
constexpr std::size_t answers_max = 3;

// What differs: at most one value per key.
using Differences = std::vector<Difference>;

// The request's keys, but for those that differ.
class OtherKeys final : public policy::KeySource {
   public:
    OtherKeys(const policy::KeySource& keys, const Differences& differences) : keys_(keys) {
        for (const Difference& one : differences)
            if (!one.road)
                entries_.emplace(
                    to_lower(one.key),
                    policy::ContextEntry{one.key, one.value ? std::vector{*one.value} : std::vector<std::string>(), false});
    }
    const policy::ContextEntry* find(std::string_view key) const override {
        auto it = entries_.find(to_lower(key));
        if (it == entries_.end()) return keys_.find(key);
        return it->second.values.empty() ? nullptr : &it->second;
    }

   private:
    const policy::KeySource& keys_;
    std::map<std::string, policy::ContextEntry> entries_;
};

// The question with differences, ready to be evaluated. Stays where it is: the query points into it.
class Variant {
   public:
    Variant(const Asked& asked, const PolicySource* source, const Differences& differences)
        : origin_(asked.origin),
          participants_(asked.participants),
          keys_(keys_of(asked, source, differences)),
          other_(keys_, differences),
          asked_(asked.caller, asked.ask, participants_, asked.place, other_) {
        asked_.name_resource_policy(asked.ask);
    }
    Variant(const Variant&) = delete;
    const policy::Query& query() const { return asked_.query(); }

   private:
    RequestKeys keys_of(const Asked& asked, const PolicySource* source, const Differences& differences) {
        for (const Difference& one : differences)
            if (one.road) take(*one.road, source);
        return RequestKeys({asked.caller, origin_, asked.facts, asked.ask.resource_account, participants_.caller_place.get(),
                            asked.place, participants_.endpoint_place.get()},
                           asked.ask.context);
    }
    // Another road has another policy of its endpoint.
    void take(const Road& road, const PolicySource* source) {
        origin_.endpoint = road.endpoint;
        if (road.peer) origin_.peer = *road.peer;
        participants_.endpoint.clear();
        participants_.endpoint_place = nullptr;
        if (!road.endpoint || !source || !road.known) return;
        participants_.endpoint.push_back(source->endpoint_policy(*road.endpoint));
        participants_.endpoint_place = source->organization(road.endpoint->account);
    }

    origin::Origin origin_;
    Participants participants_;
    RequestKeys keys_;
    OtherKeys other_;
    AskedQuery asked_;
};

bool same(const Differences& a, const Differences& b) {
    return std::ranges::equal(a, b, [](const Difference& x, const Difference& y) { return x.text == y.text; });
}

// Tries differences of the request, few before many.
class Search {
   public:
    Search(const Asked& asked, const PolicySource* source, bool allowed) : asked_(asked), source_(source), allowed_(allowed) {}

    std::vector<std::string> run() {
        std::deque<Differences> waiting(1);
        while (!waiting.empty() && evaluations_ < evaluations_max && found_.size() < answers_max) {
            Differences base = std::move(waiting.front());
            waiting.pop_front();
            if (!found_.empty() && base.size() + 1 > found_.front().size()) break;  // no longer ones once there is one
            for (Differences& next : steps(base)) {
                if (evaluations_++ >= evaluations_max || found_.size() >= answers_max) break;
                Variant variant(asked_, source_, next);
                if (policy::evaluate(variant.query()).allowed != allowed_) {
                    if (std::ranges::none_of(found_, [&](const Differences& other) { return same(other, next); }))
                        found_.push_back(next);
                } else if (next.size() < differences_max) {
                    waiting.push_back(std::move(next));
                }
            }
        }
        std::vector<std::string> sentences;
        for (const Differences& one : found_) {
            std::vector<std::string> texts;
            for (const Difference& difference : one) texts.push_back(difference.text);
            sentences.push_back(fmt::format("{}", fmt::join(texts, " and ")));
        }
        return sentences;
    }

   private:
    // The sets of differences that are one step on from `base`.
    std::vector<Differences> steps(const Differences& base) {
        Variant variant(asked_, source_, base);
        policy::Trace trace = policy::explain(variant.query());
        std::vector<Differences> out;
        for (const policy::PolicyTrace& policy : trace.policies)
            for (const policy::StatementTrace& statement : policy.statements) {
                bool concerns = statement.action && statement.resource && statement.principal != policy::Naming::none;
                if (!concerns) continue;
                bool deny = statement.statement->effect == Effect::deny;
                // Towards "allowed": no denial applies, and what decides allows. Towards "denied": the other way round.
                bool decides = statement.statement == trace.decision.statement;
                if (statement.applies && (allowed_ ? !deny && decides : deny && decides)) {
                    for (const policy::ConditionTrace& condition : statement.conditions)
                        for (Difference& way : ways(condition, variant, false)) add(out, base, {std::move(way)});
                } else if (!statement.applies &&
                           (allowed_ ? deny : !deny && could_allow(policy.type, trace.decision.decided_by))) {
                    meet(out, base, statement, variant);
                }
            }
        return out;
    }

    // Within an account a resource's policy does what the identity's does not.
    static bool could_allow(policy::PolicyType type, policy::PolicyType missing) {
        return type == missing || (missing == policy::PolicyType::identity && type == policy::PolicyType::resource);
    }

    // All conditions that are not met, met at once: the first way of each, with the alternatives of the first condition.
    void meet(std::vector<Differences>& out, const Differences& base, const policy::StatementTrace& statement,
              const Variant& variant) {
        std::vector<std::vector<Difference>> all;
        for (const policy::ConditionTrace& condition : statement.conditions) {
            if (condition.met) continue;
            all.push_back(ways(condition, variant, true));
            if (all.back().empty()) return;
        }
        if (all.empty()) return;
        for (const Difference& first : all[0]) {
            Differences more{first};
            for (std::size_t i = 1; i < all.size(); ++i) more.push_back(all[i][0]);
            add(out, base, std::move(more));
        }
    }

    std::vector<Difference> ways(const policy::ConditionTrace& condition, const Variant& variant, bool met) {
        return differences_for(condition, variant.query().context, met, asked_.origin, source_);
    }

    static void add(std::vector<Differences>& out, const Differences& base, Differences more) {
        Differences all = base;
        for (Difference& one : more) {
            bool taken = std::ranges::any_of(all, [&](const Difference& other) {
                return equal_ignoring_case(other.key, one.key) || (other.road && one.road);
            });
            if (taken) return;
            all.push_back(std::move(one));
        }
        if (all.size() <= differences_max) out.push_back(std::move(all));
    }

    const Asked& asked_;
    const PolicySource* source_;
    const bool allowed_;
    std::size_t evaluations_ = 0;
    std::vector<Differences> found_;
};

}  // namespace

std::string what_would_change(const Asked& asked, const PolicySource* source) {
    Variant as_it_was(asked, source, {});
    const bool allowed = policy::evaluate(as_it_was.query()).allowed;
    std::vector<std::string> ways = Search(asked, source, allowed).run();
    const char* outcome = allowed ? "denied" : "allowed";
    if (!ways.empty()) return fmt::format("It would be {} if {}.", outcome, fmt::join(ways, "; or if "));
    if (std::string repair = different_policies(as_it_was.query()); !repair.empty())
        return fmt::format("It would be {} if {}.", outcome, repair);
    if (allowed) return "The account's root user needs no policy; only an explicit deny would stop it.";
    return "No difference that was tried changes the answer.";
}

}  // namespace sekisho::authz
