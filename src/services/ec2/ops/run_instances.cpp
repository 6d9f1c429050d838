#include "services/ec2/instances.h"
#include "services/ec2/launch.h"
#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

struct RunInstances {
    static constexpr std::string_view name = "RunInstances";
    struct Input : LaunchInput {
        // What the launch was found to mean when the caller was asked about: it must still mean that when it runs.
        std::shared_ptr<Result<Launch>> asked = std::make_shared<Result<Launch>>();
    };

    static Result<Input> parse(const Call& call) {
        auto in = read_launch(call.params);
        if (!in) return error_of(in);
        return Input{std::move(*in)};
    }

    // The resources of the Service Authorization Reference for RunInstances, and the right to hand the role on.
    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [&in, &ec2](AskList& list) -> Result<void> {
            *in.asked = look_up(list.view(), ec2.profiles(), in);
            const Launch* found = *in.asked ? &**in.asked : nullptr;
            list.on(kind::image, in.image);
            AskList::Keys of_instance{{"ec2:InstanceType", in.type}}, of_interface;
            if (found && found->profile) of_instance.emplace_back("ec2:InstanceProfile", found->profile->arn);
            if (found) {
                of_interface.emplace_back("ec2:Subnet", list.view().place.arn(kind::subnet, found->subnet.id));
                of_interface.emplace_back("ec2:Vpc", list.view().place.arn(kind::vpc, found->subnet.vpc));
            }
            makes(list, kind::instance, in, of_instance);
            list.on(kind::subnet, found ? found->subnet.id : in.subnet.empty() ? "*" : in.subnet);
            makes(list, kind::network_interface, in, of_interface);
            for (const std::string& group : found ? found->groups : in.groups) list.on(kind::security_group, group);
            makes(list, kind::volume, in);
            if (!in.key_name.empty()) list.on(kind::key_pair, in.key_name);
            if (!in.profile.empty()) {
                list.other("iam:PassRole", found ? found->profile->role_arn : "*");
                list.key("iam:PassedToService", "ec2.amazonaws.com");
            }
            return {};
        });
    }

    static void makes(AskList& list, const Kind& kind, const Input& in, const AskList::Keys& keys = {}) {
        auto tags = in.tags.find(std::string(kind.type));
        list.makes(kind, tags == in.tags.end() ? Tags() : tags->second, keys);
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(call, std::string(name), Ec2::Effect::network,
                          [in = *in, &ec2](Change& change, XmlWriter& xml) -> Result<void> {
                              auto before = change.made_before(in.client_token);
                              if (!before) return error_of(before);
                              std::string reservation = before->value_or("");
                              if (reservation.empty()) {
                                  if (!*in.asked) return fail(in.asked->error());
                                  auto found = look_up(change.view(), ec2.profiles(), in);
                                  if (!found) return error_of(found);
                                  if (!same(*found, **in.asked))
                                      return fail(error::ServiceUnavailable,
                                                  "The request's resources changed while it was under way. Please retry.");
                                  auto made = launch(change, in, *found);
                                  if (!made) return error_of(made);
                                  reservation = *made;
                                  change.remember(in.client_token, reservation);
                              }
                              write_reservation(xml, change.view(), reservation);
                              return {};
                          });
    }

    static void write_reservation(XmlWriter& xml, const View& view, const std::string& reservation) {
        std::vector<const Instance*> instances;
        for (const auto& [id, instance] : view.state.instances)
            if (instance->reservation == reservation) instances.push_back(instance.get());
        std::sort(instances.begin(), instances.end(),
                  [](const Instance* a, const Instance* b) { return a->launch_index < b->launch_index; });
        xml.text("reservationId", reservation).text("ownerId", view.place.account.value).empty("groupSet").open("instancesSet");
        for (const Instance* instance : instances) {
            xml.open("item");
            write_instance(xml, view, *instance);
            xml.close();
        }
        xml.close();
    }
};

std::unique_ptr<AnyOperation> ops::run_instances(Ec2& ec2) { return make<RunInstances>(ec2); }

}  // namespace sekisho::ec2
