#include "services/iam/operation.h"

#include "base/bytes.h"
#include "services/iam/identities.h"
#include "services/iam/principal_changes.h"
#include "wire/errors/common.h"
#include "wire/errors/iam.h"

namespace sekisho::iam {

namespace {

constexpr std::string_view xml_namespace = "https://iam.amazonaws.com/doc/2010-05-08/";

void add_tag_keys(policy::Context& context, const Arguments& arguments) {
    std::vector<std::string> keys;
    for (const Tag& tag : arguments.tags) {
        context.set("aws:RequestTag/" + tag.key, tag.value);
        keys.push_back(tag.key);
    }
    for (std::string& key : arguments.params.list("TagKeys.member")) keys.push_back(std::move(key));
    if (!keys.empty()) context.set("aws:TagKeys", std::move(keys));
}

const std::vector<Tag>* subject_tags(const State& state, const Arguments& arguments) {
    const std::string subject = arguments.subject();
    switch (arguments.spec->who) {
        case Who::user:
        case Who::role: {
            const Identity* identity = find_identity(state, arguments.spec->who, subject);
            return identity ? &identity->tags : nullptr;
        }
        case Who::policy: {
            const ManagedPolicy* policy = find_managed(state, arguments.account, subject);
            return policy ? &policy->tags : nullptr;
        }
        case Who::profile: {
            const InstanceProfile* profile = state.profiles.find(to_lower(subject));
            return profile ? &profile->tags : nullptr;
        }
        default:
            return nullptr;
    }
}

std::vector<authz::Ask> asks_of(const State& state, const Arguments& arguments) {
    authz::Ask ask;
    ask.action = "iam:" + std::string(arguments.spec->name);
    ask.resource = subject_arn(state, arguments);
    ask.resource_account = arguments.account;
    add_tag_keys(ask.context, arguments);
    if (const std::vector<Tag>* tags = subject_tags(state, arguments)) {
        for (const Tag& tag : *tags) {
            ask.context.set("aws:ResourceTag/" + tag.key, tag.value);
            ask.context.set("iam:ResourceTag/" + tag.key, tag.value);
        }
    }
    if (arguments.has("PermissionsBoundary")) ask.context.set("iam:PermissionsBoundary", arguments.get("PermissionsBoundary"));
    std::vector<authz::Ask> asks{std::move(ask)};
    if (arguments.spec->asks) arguments.spec->asks(asks, state, arguments);
    return asks;
}

class Operation final : public services::AnyOperation {
   public:
    Operation(Spec spec, Iam& iam) : spec_(std::move(spec)), iam_(iam) {}
    std::string_view name() const override { return spec_.name; }
    Task<Result<std::unique_ptr<services::Prepared>>> prepare(services::Call& call) const override;

    struct OnePrepared;

   private:
    Result<Arguments> read(const services::Call& call) const;

    const Spec spec_;
    Iam& iam_;
};

Task<Result<http::Reply>> run_read(Iam& iam, Input in, RequestId id) {
    std::shared_ptr<const State> state = iam.directory.read(in->account);
    Result<void> answer;
    http::Reply reply = query_reply(in->spec->name, xml_namespace, in->spec->result, id,
                                    [&](wire::XmlWriter& out) { answer = in->spec->read(*state, in, out); });
    if (!answer) co_return fail(std::move(answer.error()));
    co_return reply;
}

struct Changed {
    http::Reply reply;
    bool moved = false;
};

Task<Result<http::Reply>> run_change(Iam& iam, Input in, RequestId id) {
    auto shared = std::make_shared<const Input>(std::move(in));
    std::function<Result<Changed>(State&)> change = [shared, id](State& state) -> Result<Changed> {
        const Arguments& arguments = **shared;
        const State before = state;
        Result<void> answer;
        Changed changed;
        changed.reply = query_reply(arguments.spec->name, xml_namespace, arguments.spec->result, id,
                                    [&](wire::XmlWriter& out) { answer = arguments.spec->change(state, *shared, out); });
        if (!answer) return fail(std::move(answer.error()));
        std::optional<PrincipalChange> moved;
        if (arguments.spec->moves) moved = arguments.spec->moves(before, state, arguments);
        if (auto noted = note_change(state, arguments.account, moved); !noted) return fail(std::move(noted.error()));
        changed.moved = moved.has_value();
        return changed;
    };
    const AccountId own = (*shared)->account;
    StateStore& account = *iam.directory.account(own);
    Result<Changed> changed = co_await account.change(change);
    if (!changed && changed.error().code == error::ConcurrentModification.code) {
        // What stands in the way is followed first, by whoever comes.
        co_await iam.follow_principal_changes(own);
        changed = co_await account.change(std::move(change));
    }
    if (!changed) co_return fail(std::move(changed.error()));
    if (changed->moved) co_await iam.follow_principal_changes(own);
    co_return std::move(changed->reply);
}

struct Operation::OnePrepared final : services::Prepared {
    OnePrepared(Arguments a, std::vector<authz::Ask> q, Iam& i, RequestId r)
        : arguments(std::move(a)), asked(std::move(q)), iam(i), id(std::move(r)) {}
    const std::vector<authz::Ask>& asks() const override { return asked; }
    bool each() const override { return false; }
    Task<Result<http::Reply>> run(authz::Approval approval) override {
        const bool reads = arguments.spec->read != nullptr;
        Input in(std::move(arguments), std::move(approval));
        return reads ? run_read(iam, std::move(in), id) : run_change(iam, std::move(in), id);
    }
    Arguments arguments;
    std::vector<authz::Ask> asked;
    Iam& iam;
    RequestId id;
};

Result<Arguments> Operation::read(const services::Call& call) const {
    if (Result<void> checked = check_parameters(spec_.parameters, call.params); !checked)
        return fail(std::move(checked.error()));
    Arguments arguments;
    Result<std::vector<Tag>> tags = read_tags(call.params);
    if (!tags) return fail(std::move(tags.error()));
    arguments.spec = &spec_;
    arguments.params = call.params;
    arguments.tags = std::move(*tags);
    arguments.account = call.account;
    arguments.now = call.time;
    arguments.caller = call.caller;
    arguments.directory = &iam_.directory;
    return arguments;
}

Task<Result<std::unique_ptr<services::Prepared>>> Operation::prepare(services::Call& call) const {
    Result<Arguments> arguments = read(call);
    if (!arguments) co_return fail(std::move(arguments.error()));
    std::shared_ptr<const State> state = iam_.directory.read(call.account);
    if (!state) co_return fail(error::AccessDenied);
    std::vector<authz::Ask> asks = asks_of(*state, *arguments);
    co_return std::make_unique<OnePrepared>(std::move(*arguments), std::move(asks), iam_, call.id);
}

}  // namespace

std::int64_t Arguments::number(std::string_view name, std::int64_t otherwise) const {
    std::optional<std::string_view> text = params.find(name);
    return text ? parse_i64(*text).value_or(otherwise) : otherwise;
}

std::string Arguments::subject() const {
    std::string name = get(name_parameter(spec->who));
    if (name.empty() && spec->who == Who::user && caller.kind == authn::Caller::Kind::user) return caller.user_name;
    return name;
}

std::string_view name_parameter(Who who) {
    switch (who) {
        case Who::user:
            return "UserName";
        case Who::role:
            return "RoleName";
        case Who::group:
            return "GroupName";
        case Who::policy:
            return "PolicyArn";
        case Who::profile:
            return "InstanceProfileName";
        case Who::none:
            break;
    }
    return "";
}

std::string subject_arn(const State& state, const Arguments& arguments) {
    const std::string subject = arguments.subject();
    const AccountId& account = arguments.account;
    const std::string made_path = arguments.get("Path", "/");
    switch (arguments.spec->who) {
        case Who::user:
        case Who::role:
        case Who::group: {
            if (subject.empty()) return "*";
            const Identity* identity = find_identity(state, arguments.spec->who, subject);
            std::string_view kind = kind_of(arguments.spec->who);
            return identity ? arn_of(account, kind, *identity) : arn_of(account, kind, made_path, subject);
        }
        case Who::policy:
            // CreatePolicy has a name, everything else an ARN.
            return subject.empty() ? arn_of(account, "policy", made_path, arguments.get("PolicyName")) : subject;
        case Who::profile: {
            const InstanceProfile* profile = state.profiles.find(to_lower(subject));
            return profile ? arn_of(account, "instance-profile", *profile)
                           : arn_of(account, "instance-profile", made_path, subject);
        }
        case Who::none:
            break;
    }
    return "*";
}

std::unique_ptr<services::AnyOperation> operation(Spec spec, Iam& iam) {
    return std::make_unique<Operation>(std::move(spec), iam);
}

}  // namespace sekisho::iam
