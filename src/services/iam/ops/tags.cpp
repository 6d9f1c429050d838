// Tag, Untag and ListTags of users, roles, policies and instance profiles.
#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "services/iam/identities.h"
#include "services/iam/page.h"
#include "wire/errors/common.h"

namespace sekisho::iam {

namespace {

using TagChange = std::function<Result<void>(std::vector<Tag>&)>;

Result<void> change_tags(State& state, const Arguments& arguments, const TagChange& change) {
    const std::string subject = arguments.subject();
    switch (arguments.spec->who) {
        case Who::policy: {
            Result<const ManagedPolicy*> found = need_own_policy(state, arguments);
            if (!found) return fail(std::move(found.error()));
            ManagedPolicy policy = **found;
            if (Result<void> changed = change(policy.tags); !changed) return changed;
            std::string key = to_lower(policy.name);
            state.policies.put(std::move(key), std::move(policy));
            return {};
        }
        case Who::profile: {
            const InstanceProfile* found = state.profiles.find(to_lower(subject));
            if (!found) return fail(no_such(Who::profile, subject));
            InstanceProfile profile = *found;
            if (Result<void> changed = change(profile.tags); !changed) return changed;
            std::string key = to_lower(profile.name);
            state.profiles.put(std::move(key), std::move(profile));
            return {};
        }
        default:
            return change_identity(state, arguments.spec->who, subject,
                                   [&](Identity& identity) { return change(identity.tags); });
    }
}

Result<std::vector<Tag>> tags_of(const State& state, const Arguments& arguments) {
    const std::string subject = arguments.subject();
    switch (arguments.spec->who) {
        case Who::policy: {
            if (Result<void> valid = check_policy_arn(subject); !valid) return fail(std::move(valid.error()));
            const ManagedPolicy* policy = find_managed(state, arguments.account, subject);
            if (!policy && !policy_exists(state, arguments.account, subject)) return fail(no_such_policy(subject));
            return policy ? policy->tags : std::vector<Tag>();  // AWS's own have none
        }
        case Who::profile: {
            const InstanceProfile* profile = state.profiles.find(to_lower(subject));
            if (!profile) return fail(no_such(Who::profile, subject));
            return profile->tags;
        }
        default: {
            Result<const Identity*> identity = need_identity(state, arguments.spec->who, subject);
            if (!identity) return fail(std::move(identity.error()));
            return (*identity)->tags;
        }
    }
}

Result<void> tag(State& state, const Input& in, wire::XmlWriter&) {
    if (in->tags.empty())
        return fail(validation_error("Value null at 'tags' failed to satisfy constraint: Member must not be null"));
    return change_tags(state, *in, [&](std::vector<Tag>& tags) { return add_tags(tags, in->tags); });
}

Result<void> untag(State& state, const Input& in, wire::XmlWriter&) {
    const std::vector<std::string> keys = in->params.list("TagKeys.member");
    if (keys.empty())
        return fail(validation_error("Value null at 'tagKeys' failed to satisfy constraint: Member must not be null"));
    return change_tags(state, *in, [&](std::vector<Tag>& tags) -> Result<void> {
        remove_tags(tags, keys);
        return {};
    });
}

Result<void> list(const State& state, const Input& in, wire::XmlWriter& out) {
    Result<Page> page = Page::of(*in);
    if (!page) return fail(std::move(page.error()));
    Result<std::vector<Tag>> tags = tags_of(state, *in);
    if (!tags) return fail(std::move(tags.error()));
    std::ranges::sort(*tags, {}, &Tag::key);
    out.open("Tags");
    for (const Tag& tag : *tags) {
        if (page->takes(tag.key)) out.open("member").text("Key", tag.key).text("Value", tag.value).close();
        if (page->full()) break;
    }
    out.close();
    page->write(out);
    return {};
}

void add(std::vector<Spec>& specs, Who who, const Parameter& subject, std::string_view tag_name, std::string_view untag_name,
         std::string_view list_name) {
    specs.push_back({.name = tag_name, .who = who, .parameters = {subject}, .change = tag, .result = false});
    specs.push_back({.name = untag_name, .who = who, .parameters = {subject}, .change = untag, .result = false});
    specs.push_back({.name = list_name, .who = who, .parameters = {subject, marker, max_items}, .read = list});
}

}  // namespace

std::vector<Spec> tag_operations() {
    std::vector<Spec> specs;
    add(specs, Who::user, some_user, "TagUser", "UntagUser", "ListUserTags");
    add(specs, Who::role, role_name, "TagRole", "UntagRole", "ListRoleTags");
    add(specs, Who::policy, policy_arn, "TagPolicy", "UntagPolicy", "ListPolicyTags");
    add(specs, Who::profile, profile_name, "TagInstanceProfile", "UntagInstanceProfile", "ListInstanceProfileTags");
    return specs;
}

}  // namespace sekisho::iam
