#include "gate/settings.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/result.h"
#include "services/ec2/regions.h"

namespace sekisho::gate {

Settings read_settings(const std::string& options) {
    auto json = nlohmann::json::parse(options);
    Settings settings;
    settings.account = AccountId(json.at("account").get<std::string>());
    settings.region = Region(json.at("region").get<std::string>());
    if (json.contains("regions"))
        settings.regions = json["regions"].get<std::vector<std::string>>();
    else
        for (const ec2::RegionInfo& region : ec2::regions()) settings.regions.emplace_back(region.name);
    for (const std::string& region : settings.regions)
        if (!ec2::find_region(region)) throw Fault("unknown region " + region);
    if (std::find(settings.regions.begin(), settings.regions.end(), settings.region.value) == settings.regions.end())
        throw Fault("the default region " + settings.region.value + " is not among the regions served");
    if (json.contains("root_key"))
        settings.root_key =
            RootKey{json["root_key"].at("id").get<std::string>(), json["root_key"].at("secret").get<std::string>()};
    settings.audit_data_events = json.value("audit_data_events", false);
    settings.encrypt_at_rest = json.value("encrypt_at_rest", true);
    if (json.contains("master_key"))
        settings.master_key =
            MasterKeyText{json["master_key"].at("source").get<std::string>(), json["master_key"].at("text").get<std::string>()};
    int loops = json.value("loops", 0);
    settings.loops = loops > 0 ? static_cast<std::size_t>(loops) : std::max(1u, std::thread::hardware_concurrency());
    if (json.contains("static")) settings.static_network = json["static"].get<process::StaticNetwork>();
    return settings;
}

}  // namespace sekisho::gate
