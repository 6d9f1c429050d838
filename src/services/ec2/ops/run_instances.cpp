#include "services/ec2/instances.h"
#include "services/ec2/launch.h"
#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

struct RunInstances {
    static constexpr std::string_view name = "RunInstances";
    using Input = LaunchInput;

    static Result<Input> parse(const Call& call) { return read_launch(call.params); }

    // The resources of the Service Authorization Reference for RunInstances, and the right to hand the role on.
    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in, &ec2](AskList& list) -> Result<void> {
            auto found = look_up(list.view(), ec2.profiles(), in);
            list.on(kind::image, in.image);
            if (found)
                resources(list, in, *found);
            else
                resources(list, in);
            const KeyPair* key = list.view().state.key_pairs.find(in.key_name);
            if (!in.key_name.empty()) list.on_key_pair(key, in.key_name);
            if (!in.profile.empty()) {
                list.other("iam:PassRole", found ? found->profile->role_arn : "*");
                list.key("iam:PassedToService", "ec2.amazonaws.com");
            }
            return {};
        });
    }

    // The keys say what the instance would be, whether the request, the subnet or the image said so: a guard on what may be
    // launched holds either way.
    static void resources(AskList& list, const Input& in, const Launch& found) {
        const Instance instance = planned_instance(list.view(), in, found);
        list.makes_row(kind::instance, instance, tags_for(in, kind::instance));
        list.on(kind::subnet, found.subnet.id);
        NetworkInterface interface;
        interface.zone = found.subnet.zone;
        interface.subnet = found.subnet.id;
        interface.vpc = found.subnet.vpc;
        list.makes_row(kind::network_interface, interface, tags_for(in, kind::network_interface),
                       {{"ec2:AssociatePublicIpAddress", instance.auto_public_ip ? "true" : "false"}});
        for (const std::string& group : found.groups) list.on(kind::security_group, group);
        for (const Volume& volume : planned_volumes(in, found))
            list.makes_row(kind::volume, volume, tags_for(in, kind::volume));
    }

    // A launch that will fail, and says why only to those who may launch at all.
    static void resources(AskList& list, const Input& in) {
        list.makes(kind::instance, tags_for(in, kind::instance), {{"ec2:InstanceType", in.type}});
        list.on(kind::subnet, in.subnet.empty() ? "*" : in.subnet);
        list.makes(kind::network_interface, tags_for(in, kind::network_interface));
        for (const std::string& group : in.groups) list.on(kind::security_group, group);
        list.makes(kind::volume, tags_for(in, kind::volume));
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(call, std::string(name), Ec2::Effect::network,
                          [in = *in, &ec2](Change& change, XmlWriter& xml) -> Result<void> {
                              auto before = change.made_before(in.client_token);
                              if (!before) return error_of(before);
                              std::string reservation = before->value_or("");
                              if (reservation.empty()) {
                                  auto found = look_up(change.view(), ec2.profiles(), in);
                                  if (!found) return error_of(found);
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
