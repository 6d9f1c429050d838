// InstanceOp: what StartInstances, StopInstances, RebootInstances and TerminateInstances share. All instances are checked
// before any changes; the answer tells the state before and after of each.
#pragma once

#include "services/ec2/instances.h"
#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

template <class Op>
struct InstanceOp {
    struct Input {
        std::vector<std::string> instances;
    };

    static Result<Input> parse(const Call& call) {
        if (auto no = refuse(call.params, {"Hibernate"}); !no) return error_of(no);
        auto found = ids(call.params, "InstanceId", kind::instance);
        if (!found) return error_of(found);
        if (found->empty()) return missing_parameter("InstanceIds");
        return Input{std::move(*found)};
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(Op::name), [in](AskList& list) -> Result<void> {
            for (const std::string& id : in.instances) list.on(kind::instance, id);
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(call, std::string(Op::name), Ec2::Effect::network,
                          [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                              std::vector<std::string> missing;
                              for (const std::string& id : in.instances)
                                  if (!change.state.instances.contains(id)) missing.push_back(id);
                              if (!missing.empty()) return not_found(kind::instance, missing);
                              for (const std::string& id : in.instances)
                                  if (auto checked = Op::check(*change.state.instances.find(id)); !checked) return checked;
                              Op::begin(xml);
                              for (const std::string& id : in.instances) {
                                  Instance instance = *change.state.instances.find(id);
                                  std::string before = instance.state;
                                  if (auto applied = Op::apply(change, instance); !applied) return applied;
                                  std::string after = instance.state;
                                  change.state.instances.put(id, std::move(instance));
                                  Op::tell(xml, id, before, after);
                              }
                              Op::end(xml);
                              return {};
                          });
    }

    static void begin(XmlWriter& xml) { xml.open("instancesSet"); }
    static void tell(XmlWriter& xml, const std::string& id, const std::string& before, const std::string& after) {
        xml.open("item").text("instanceId", id);
        write_state(xml, "currentState", after);
        write_state(xml, "previousState", before);
        xml.close();
    }
    static void end(XmlWriter& xml) { xml.close(); }
};

}  // namespace sekisho::ec2
