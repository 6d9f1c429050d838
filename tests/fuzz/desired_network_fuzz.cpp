// Desired comes from the gate, which speaks with strangers: the lab parses it as if it were hostile. Any JSON must either be
// refused or become kernel objects that keep to what the kernel can be asked for.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

#include "net/desired.h"
#include "net/layout.h"
#include "net/plan.h"
#include "net/sockets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::net;
    auto json = nlohmann::json::parse(std::string_view(reinterpret_cast<const char*>(data), size), nullptr, false);
    if (json.is_discarded()) return 0;
    try {
        (void)json.get<OpenedSocket>();
    } catch (const nlohmann::json::exception&) {
    }
    Desired desired;
    try {
        desired = json.get<Desired>();
    } catch (const nlohmann::json::exception&) {
        return 0;
    }
    kernel::Numbers numbers;
    kernel::Objects all = kernel::lay_out_internet(desired).objects;
    for (const auto& vpc : desired.vpcs) {
        auto layout = kernel::lay_out(vpc, numbers);
        for (const auto& object : layout.objects) {
            if (!kernel::valid_id(kernel::space_of(object))) std::abort();
            if (const auto* bridge = std::get_if<kernel::Bridge>(&object.thing); bridge && bridge->name.size() > 15)
                std::abort();
            if (const auto* veth = std::get_if<kernel::Veth>(&object.thing); veth && veth->name.size() > 15) std::abort();
        }
        all.merge(layout.objects);
    }
    auto plan = kernel::difference({}, all);
    if (plan.additions.size() != all.size() || !kernel::difference(all, all).additions.empty()) std::abort();
    return 0;
}
