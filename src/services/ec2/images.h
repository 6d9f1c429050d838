// The catalogue of public images: several Amazon Linux, Debian and Ubuntu entries per region, with ids that follow from region
// and name. What an instance really runs is the lab's base image; an entry says what clients expect to see of it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sekisho::ec2 {

struct Image {
    std::string id;
    std::string name;
    std::string description;
    std::string owner;        // account id
    std::string owner_alias;  // "amazon" or empty
    std::string architecture;
    std::string created;  // 2025-10-14T20:35:12.000Z
    std::string deprecated;
    std::string root_device;
    std::string snapshot;
    std::string volume_type;
    std::string boot_mode;
    int volume_gib = 8;
    bool imds_v2 = false;  // imdsSupport v2.0: instances ask for tokens unless the launch says otherwise
};

// Sorted by id. Made once per region; any thread.
const std::vector<Image>& images_of(std::string_view region);
const Image* find_image(std::string_view region, std::string_view id);

}  // namespace sekisho::ec2
