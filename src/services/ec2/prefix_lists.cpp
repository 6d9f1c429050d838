#include "services/ec2/prefix_lists.h"

namespace sekisho::ec2 {

std::map<std::string, std::shared_ptr<PrefixList>> prefix_lists(const Place& place) {
    auto list = std::make_shared<PrefixList>();
    list->id = s3_prefix_list_id(place.region.value);
    list->name = s3_service_name(place.region.value);
    for (const Cidr& cidr : s3_prefixes(*place.plan, place.region.value)) list->cidrs.push_back(cidr.text());
    return {{list->id, list}};
}

}  // namespace sekisho::ec2
