// SimulateCustomPolicy, SimulatePrincipalPolicy, GetContextKeysForCustomPolicy, GetContextKeysForPrincipalPolicy.
#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "services/iam/identities.h"
#include "services/iam/managed.h"
#include "services/iam/page.h"
#include "services/iam/simulation.h"
#include "wire/errors/common.h"
#include "wire/errors/iam.h"

namespace sekisho::iam {

namespace {

constexpr std::size_t actions_max = 1000;  // so that a call ends
constexpr std::size_t resources_max = 1000;

using Policies = std::vector<policy::NamedPolicy>;
using Kind = policy::PrincipalFacts::Kind;

// The documents of a list, by the names that the answer calls them: PolicyInputList.1, ….
Result<Policies> documents(const Input& in, std::string_view name, policy::Kind kind) {
    Policies out;
    std::size_t number = 0;
    for (const std::string& json : in->params.list(std::string(name) + ".member")) {
        auto document = policy::validate(json, kind);
        if (!document) return fail(error::InvalidInput, document.error().message);
        out.push_back({fmt::format("{}.{}", name, ++number), std::move(*document)});
    }
    return out;
}

void add_of(Policies& out, const State& state, const AccountId& account, const Identity& identity, std::string_view kind) {
    for (const std::string& arn : identity.attached)
        if (auto document = managed_document(state, account, arn))
            out.push_back({arn.substr(arn.rfind('/') + 1), std::move(document)});
    for (const auto& [name, text] : identity.inline_policies)
        out.push_back({fmt::format("{}_{}_{}", kind, identity.name, name), text.compiled});
}

// The user, group or role that PolicySourceArn names.
struct Source {
    Who who = Who::none;
    const Identity* identity = nullptr;
};
Result<Source> source_of(const State& state, const Input& in) {
    const std::string text = in->get("PolicySourceArn");
    std::optional<IamArn> arn = parse_arn(text);
    if (!arn || (arn->kind != "user" && arn->kind != "group" && arn->kind != "role"))
        return fail(error::InvalidInput,
                    fmt::format("Invalid Entity Arn: {} does not clearly define entity type and name.", text));
    Source source;
    source.who = arn->kind == "user" ? Who::user : arn->kind == "group" ? Who::group : Who::role;
    if (arn->account == in->account) source.identity = find_identity(state, source.who, arn->name);
    if (!source.identity || source.identity->path != arn->path)
        return fail(error::NoSuchEntity, fmt::format("The {} with name {} cannot be found.", arn->kind, arn->name));
    return source;
}

Policies policies_of(const State& state, const AccountId& account, const Source& source) {
    Policies out;
    add_of(out, state, account, *source.identity, kind_of(source.who));
    if (source.who == Who::user)
        for (const std::string& key : static_cast<const User*>(source.identity)->groups)
            if (const Group* group = state.groups.find(key)) add_of(out, state, account, *group, "group");
    return out;
}

// Who asks: a user, a role, a role's session, or root.
Result<void> set_caller(Simulation& simulation, const State& state, const Input& in, const std::string& text) {
    const Directory& directory = *in->directory;
    simulation.arn = text;
    constexpr std::string_view sessions = "arn:aws:sts::";
    std::shared_ptr<const State> elsewhere;
    auto state_of = [&](const AccountId& account) -> const State* {
        if (account == in->account) return &state;
        elsewhere = directory.read(account);
        return elsewhere.get();
    };
    const auto invalid = [&] { return fail(error::InvalidInput, fmt::format("Invalid CallerArn: {}", text)); };
    if (text.starts_with(sessions)) {
        std::vector<std::string_view> parts = split(std::string_view(text).substr(sessions.size()), ':');
        std::vector<std::string_view> names = parts.size() == 2 ? split(parts[1], '/') : std::vector<std::string_view>();
        if (names.size() != 3 || names[0] != "assumed-role") return invalid();
        simulation.kind = Kind::role_session;
        simulation.account = parts[0];
        const State* rows = state_of(AccountId(parts[0]));
        const Role* role = rows ? rows->roles.find(to_lower(names[1])) : nullptr;
        simulation.role_arn =
            role ? arn_of(AccountId(parts[0]), "role", *role) : fmt::format("arn:aws:iam::{}:role/{}", parts[0], names[1]);
        simulation.id = (role ? role->id : std::string("AROAUNKNOWN")) + ":" + std::string(names[2]);
        return {};
    }
    std::optional<IamArn> arn = parse_arn(text);
    if (!arn || (arn->kind != "user" && arn->kind != "role" && arn->kind != "root")) return invalid();
    simulation.account = arn->account.value;
    const State* rows = state_of(arn->account);
    if (arn->kind == "root") {
        simulation.kind = Kind::root;
        simulation.id = simulation.account;
    } else if (arn->kind == "user") {
        simulation.kind = Kind::user;
        const User* user = rows ? rows->users.find(to_lower(arn->name)) : nullptr;
        if (user) simulation.id = user->id;
        if (!simulation.context.find("aws:username")) simulation.context.set("aws:username", arn->name);
    } else {
        // A role acts by its sessions.
        simulation.kind = Kind::role_session;
        simulation.role_arn = text;
        const Role* role = rows ? rows->roles.find(to_lower(arn->name)) : nullptr;
        simulation.id = (role ? role->id : std::string("AROAUNKNOWN")) + ":simulation";
        simulation.arn = fmt::format("arn:aws:sts::{}:assumed-role/{}/simulation", simulation.account, arn->name);
    }
    return {};
}

// The request's own entries first; then what is known of any caller.
Result<void> set_context(Simulation& simulation, const Input& in) {
    for (const wire::Params& entry : in->params.structures("ContextEntries.member")) {
        const std::string name = entry.get("ContextKeyName"), type = entry.get("ContextKeyType");
        std::vector<std::string> values = entry.list("ContextKeyValues.member");
        if (name.empty())
            return fail(validation_error("Value at 'contextEntries' failed to satisfy constraint: Member must not be null"));
        if (values.size() > 1 && !type.ends_with("List"))
            return fail(error::InvalidInput,
                        fmt::format("Context key {} has several values, but its type {} has one.", name, type));
        if (type.ends_with("List"))
            simulation.context.set(name, std::move(values));
        else if (!values.empty())
            simulation.context.set(name, std::move(values[0]));
    }
    return {};
}

void set_known_keys(Simulation& simulation, const Input& in) {
    auto set = [&](const char* key, const std::string& value) {
        if (!value.empty() && !simulation.context.find(key)) simulation.context.set(key, value);
    };
    set("aws:PrincipalArn", simulation.kind == Kind::role_session ? simulation.role_arn : simulation.arn);
    set("aws:PrincipalAccount", simulation.account);
    set("aws:PrincipalType", simulation.kind == Kind::root   ? "Account"
                             : simulation.kind == Kind::user ? "User"
                                                             : "AssumedRole");
    set("aws:userid", simulation.id);
    set("aws:CurrentTime", iso8601(in->now));
    set("aws:EpochTime", std::to_string(epoch_seconds(in->now)));
    if (auto place = in->directory->place(AccountId(simulation.account))) {
        set("aws:PrincipalOrgID", place->organization);
        if (!simulation.context.find("aws:PrincipalOrgPaths"))
            simulation.context.set("aws:PrincipalOrgPaths", std::vector<std::string>{place->path});
    }
}

Result<void> set_resource(Simulation& simulation, const Input& in) {
    if (in->has("ResourcePolicy")) {
        const std::string json = in->get("ResourcePolicy");
        std::shared_ptr<const policy::Document> document;
        try {
            document = policy::compile(json, policy::Kind::resource);
        } catch (const Fault&) {
            return fail(error::InvalidInput, "Syntax errors in policy.");
        }
        simulation.resource.push_back({"ResourcePolicy", std::move(document)});
    }
    if (!in->has("ResourceOwner")) return {};
    const std::string owner = in->get("ResourceOwner");
    std::optional<IamArn> arn = parse_arn(owner);
    simulation.resource_owner = arn ? arn->account.value : owner;
    return {};
}

Result<void> run(const Simulation& simulation, const Input& in, wire::XmlWriter& out) {
    std::vector<std::string> actions = in->params.list("ActionNames.member"),
                             resources = in->params.list("ResourceArns.member");
    if (actions.empty())
        return fail(validation_error("Value null at 'actionNames' failed to satisfy constraint: Member must not be null"));
    if (actions.size() > actions_max || resources.size() > resources_max)
        return fail(error::InvalidInput, "Too many actions or resources in one simulation.");
    for (const std::string& action : actions)
        if (action.size() < 3 || action.size() > 128 || action.find(':') == std::string::npos)
            return fail(error::InvalidInput, fmt::format("Invalid ActionName: {}", action));
    if (resources.empty()) resources.emplace_back("*");
    Result<Page> page = Page::of(*in);
    if (!page) return fail(std::move(page.error()));
    out.open("EvaluationResults");
    std::size_t number = 0;
    for (const std::string& action : actions)
        for (const std::string& resource : resources)
            if (page->takes(fmt::format("{:08}", number++))) {
                out.open("member");
                write_result(out, simulation, action, resource);
                out.close();
            }
    out.close();
    page->write(out);
    return {};
}

Result<void> simulate_custom(const State& state, const Input& in, wire::XmlWriter& out) {
    Simulation simulation;
    Result<Policies> policies = documents(in, "PolicyInputList", policy::Kind::session);
    if (!policies) return fail(std::move(policies.error()));
    if (policies->empty())
        return fail(validation_error("Value null at 'policyInputList' failed to satisfy constraint: Member must not be null"));
    Result<Policies> boundary = documents(in, "PermissionsBoundaryPolicyInputList", policy::Kind::boundary);
    if (!boundary) return fail(std::move(boundary.error()));
    simulation.identity = std::move(*policies);
    simulation.boundary = std::move(*boundary);
    if (in->has("ResourcePolicy") && !in->has("CallerArn"))
        return fail(error::InvalidInput, "CallerArn is required when a ResourcePolicy is given.");
    // Without a caller it is somebody of the account who has these policies.
    const std::string caller = in->get("CallerArn", arn_of(in->account, "user", "/", "simulation"));
    if (auto done = set_context(simulation, in); !done) return done;
    if (auto done = set_caller(simulation, state, in, caller); !done) return done;
    if (!in->has("CallerArn")) simulation.id = "AIDAUNKNOWN";
    if (auto done = set_resource(simulation, in); !done) return done;
    set_known_keys(simulation, in);
    return run(simulation, in, out);
}

Result<void> simulate_principal(const State& state, const Input& in, wire::XmlWriter& out) {
    Simulation simulation;
    simulation.principal_policy = true;
    Result<Source> source = source_of(state, in);
    if (!source) return fail(std::move(source.error()));
    simulation.identity = policies_of(state, in->account, *source);
    Result<Policies> more = documents(in, "PolicyInputList", policy::Kind::session);
    if (!more) return fail(std::move(more.error()));
    std::ranges::move(*more, std::back_inserter(simulation.identity));
    Result<Policies> boundary = documents(in, "PermissionsBoundaryPolicyInputList", policy::Kind::boundary);
    if (!boundary) return fail(std::move(boundary.error()));
    simulation.boundary = std::move(*boundary);
    // The entity's own boundary holds, unless another one is tried in its place.
    if (const std::string& arn = source->identity->boundary; !arn.empty() && simulation.boundary.empty()) {
        auto document = managed_document(state, in->account, arn);
        if (!document) document = policy::compile(R"({"Version":"2012-10-17","Statement":[]})", policy::Kind::boundary);
        simulation.boundary.push_back({arn.substr(arn.rfind('/') + 1), std::move(document)});
    }
    if (in->has("ResourcePolicy") && !in->has("CallerArn") && source->who == Who::group)
        return fail(error::InvalidInput,
                    "CallerArn is required when a ResourcePolicy is given and PolicySourceArn is a group.");
    if (auto done = set_context(simulation, in); !done) return done;
    std::string caller = in->get("CallerArn");
    if (caller.empty())
        caller = source->who == Who::group ? arn_of(in->account, "user", "/", "simulation") : in->get("PolicySourceArn");
    if (auto done = set_caller(simulation, state, in, caller); !done) return done;
    if (source->who != Who::group && !in->has("CallerArn"))
        for (const Tag& tag : source->identity->tags)
            if (const std::string key = "aws:PrincipalTag/" + tag.key; !simulation.context.find(key))
                simulation.context.set(key, tag.value);
    if (auto done = set_resource(simulation, in); !done) return done;
    simulation.place = in->directory->place(in->account);
    set_known_keys(simulation, in);
    return run(simulation, in, out);
}

void write_keys(wire::XmlWriter& out, const Policies& policies) {
    std::vector<std::string> keys;
    for (const policy::NamedPolicy& policy : policies)
        for (std::string& key : context_keys(*policy.document))
            if (std::ranges::none_of(keys, [&](const std::string& other) { return equal_ignoring_case(other, key); }))
                keys.push_back(std::move(key));
    out.open("ContextKeyNames");
    for (const std::string& key : keys) out.text("member", key);
    out.close();
}

Result<void> keys_of_custom(const State&, const Input& in, wire::XmlWriter& out) {
    Result<Policies> policies = documents(in, "PolicyInputList", policy::Kind::session);
    if (!policies) return fail(std::move(policies.error()));
    if (policies->empty())
        return fail(validation_error("Value null at 'policyInputList' failed to satisfy constraint: Member must not be null"));
    write_keys(out, *policies);
    return {};
}

Result<void> keys_of_principal(const State& state, const Input& in, wire::XmlWriter& out) {
    Result<Source> source = source_of(state, in);
    if (!source) return fail(std::move(source.error()));
    Policies policies = policies_of(state, in->account, *source);
    Result<Policies> more = documents(in, "PolicyInputList", policy::Kind::session);
    if (!more) return fail(std::move(more.error()));
    std::ranges::move(*more, std::back_inserter(policies));
    write_keys(out, policies);
    return {};
}

// The action is allowed on the entity that is simulated.
void ask_about_source(std::vector<authz::Ask>& asks, const State&, const Arguments& arguments) {
    asks[0].resource = arguments.get("PolicySourceArn");
}

constexpr Parameter source_arn{"PolicySourceArn", Form::text, 20, 2048, true};
constexpr Parameter caller_arn{"CallerArn", Form::text, 1, 2048};
constexpr Parameter resource_policy{"ResourcePolicy", Form::document, 1, 131'072};
constexpr Parameter resource_owner{"ResourceOwner", Form::text, 1, 2048};
constexpr Parameter handling{"ResourceHandlingOption", Form::text, 1, 64};

}  // namespace

std::vector<Spec> simulation_operations() {
    return {
        {.name = "SimulateCustomPolicy",
         .parameters = {caller_arn, resource_policy, resource_owner, handling, marker, max_items},
         .read = simulate_custom},
        {.name = "SimulatePrincipalPolicy",
         .parameters = {source_arn, caller_arn, resource_policy, resource_owner, handling, marker, max_items},
         .read = simulate_principal,
         .asks = ask_about_source},
        {.name = "GetContextKeysForCustomPolicy", .read = keys_of_custom},
        {.name = "GetContextKeysForPrincipalPolicy",
         .parameters = {source_arn},
         .read = keys_of_principal,
         .asks = ask_about_source},
    };
}

}  // namespace sekisho::iam
