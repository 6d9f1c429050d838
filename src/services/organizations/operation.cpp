#include "services/organizations/operation.h"

namespace sekisho::organizations {

namespace {

http::Reply reply_of(std::string body) {
    http::Reply reply;
    reply.headers.set("Content-Type", "application/x-amz-json-1.1");
    reply.body = std::move(body);
    return reply;
}

std::string text_of(const json& body) {
    return body.is_null() ? std::string() : body.dump(-1, ' ', false, json::error_handler_t::replace);
}

// Finds the caller's organisation, and whether its account may call at all.
Result<void> enter(const Spec& spec, const State& state, Here& here) {
    const Organization* organization = organization_of(state, here.account.value);
    here.organization = organization ? *organization : Organization();
    if (spec.by == By::anyone) return {};
    if (!organization) return fail(error::AWSOrganizationsNotInUseException);
    if (spec.by == By::management && organization->management != here.account.value) return fail(error::AccessDeniedException);
    return {};
}

void set_context(policy::Context& context, const State& state, const Here& here) {
    std::vector<std::string> keys;
    if (auto tags = here.in.find("Tags"); tags != here.in.end())
        for (const json& tag : *tags) {
            context.set("aws:RequestTag/" + tag["Key"].get<std::string>(), tag["Value"].get<std::string>());
            keys.push_back(tag["Key"]);
        }
    if (auto removed = here.in.find("TagKeys"); removed != here.in.end())
        for (const json& key : *removed) keys.push_back(key);
    if (!keys.empty()) context.set("aws:TagKeys", std::move(keys));
    std::string type = here.text("PolicyType") + here.text("Type") + here.text("Filter");
    if (const Policy* policy = find_policy(state, here.id(), here.text("PolicyId"))) type = policy->type;
    if (!type.empty()) context.set("organizations:PolicyType", type);
}

void add_resource_tags(policy::Context& context, const State& state, const Here& here, const std::string& id) {
    const Target* target = find_target(state, here.id(), id);
    const Policy* policy = find_policy(state, here.id(), id);
    if (const Tags* tags = target ? &target->tags : policy ? &policy->tags : nullptr)
        for (const auto& [key, value] : *tags) context.set("aws:ResourceTag/" + key, value);
}

// The operation on each of the things that it names.
std::vector<authz::Ask> asks_of(const Spec& spec, const State& state, const Here& here) {
    authz::Ask ask;
    ask.action = "organizations:" + std::string(spec.name);
    ask.resource = "*";
    ask.resource_account = here.account;
    set_context(ask.context, state, here);
    if (spec.about.empty() || here.id().empty()) return {std::move(ask)};
    std::vector<authz::Ask> asks;
    for (std::string_view member : spec.about) {
        if (!here.has(member)) continue;
        authz::Ask one = ask;
        one.resource = arn_of(state, here.organization, here.text(member));
        add_resource_tags(one.context, state, here, here.text(member));
        asks.push_back(std::move(one));
    }
    if (asks.empty()) asks.push_back(std::move(ask));
    return asks;
}

Task<Result<http::Reply>> run_change(const Spec* spec, Organizations* organizations, Here here) {
    if (spec->before) {
        Result<void> prepared = co_await spec->before(organizations, &here);
        if (!prepared) co_return fail(std::move(prepared.error()));
    }
    auto shared = std::make_shared<Here>(std::move(here));
    std::function<Result<std::string>(State&)> change = [spec, shared](State& state) -> Result<std::string> {
        if (Result<void> entered = enter(*spec, state, *shared); !entered) return fail(std::move(entered.error()));
        Result<json> answer = spec->change(state, *shared);
        if (!answer) return fail(std::move(answer.error()));
        return text_of(*answer);
    };
    Result<std::string> answer = co_await organizations->change(std::move(change));
    if (!answer) co_return fail(std::move(answer.error()));
    if (spec->after) {
        Here done = *shared;
        co_await spec->after(organizations, std::move(done));
    }
    co_return reply_of(std::move(*answer));
}

Task<Result<http::Reply>> run_read(const Spec* spec, Organizations* organizations, Here here) {
    std::shared_ptr<const State> state = organizations->read();
    if (Result<void> entered = enter(*spec, *state, here); !entered) co_return fail(std::move(entered.error()));
    Result<json> answer = spec->read(*state, here);
    if (!answer) co_return fail(std::move(answer.error()));
    co_return reply_of(text_of(*answer));
}

class OnePrepared final : public services::Prepared {
   public:
    OnePrepared(const Spec& spec, Organizations& organizations, Here here, std::vector<authz::Ask> asks)
        : spec_(spec), organizations_(organizations), here_(std::move(here)), asks_(std::move(asks)) {}
    const std::vector<authz::Ask>& asks() const override { return asks_; }
    bool each() const override { return false; }
    Task<Result<http::Reply>> run(authz::Approval) override {
        return spec_.read ? run_read(&spec_, &organizations_, std::move(here_))
                          : run_change(&spec_, &organizations_, std::move(here_));
    }

   private:
    const Spec& spec_;
    Organizations& organizations_;
    Here here_;
    std::vector<authz::Ask> asks_;
};

class Operation final : public services::AnyOperation {
   public:
    Operation(Spec spec, Organizations& organizations) : spec_(std::move(spec)), organizations_(organizations) {}
    std::string_view name() const override { return spec_.name; }

    Task<Result<std::unique_ptr<services::Prepared>>> prepare(services::Call& call) const override {
        Here here;
        here.in = call.payload.empty() ? json::object() : json::parse(call.payload, nullptr, false);
        if (!here.in.is_object()) co_return fail(error::SerializationException);
        if (Result<void> checked = check_fields(spec_.fields, here.in); !checked) co_return fail(std::move(checked.error()));
        here.account = call.account;
        here.now = call.time;
        here.entropy = &organizations_.directory().entropy();
        std::shared_ptr<const State> state = organizations_.read();
        if (const Organization* organization = organization_of(*state, here.account.value)) here.organization = *organization;
        std::vector<authz::Ask> asks = asks_of(spec_, *state, here);
        co_return std::make_unique<OnePrepared>(spec_, organizations_, std::move(here), std::move(asks));
    }

   private:
    const Spec spec_;
    Organizations& organizations_;
};

}  // namespace

std::unique_ptr<services::AnyOperation> operation(Spec spec, Organizations& organizations) {
    return std::make_unique<Operation>(std::move(spec), organizations);
}

}  // namespace sekisho::organizations
