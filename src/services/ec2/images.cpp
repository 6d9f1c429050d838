#include "services/ec2/images.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>

namespace sekisho::ec2 {

namespace {

constexpr std::string_view amazon = "137112412989", debian = "136693071363", canonical = "099720109477";

struct Entry {
    std::string_view name;
    std::string_view description;
    std::string_view owner;
    std::string_view architecture;
    std::string_view created;
    std::string_view deprecated;
    std::string_view root_device;
    std::string_view volume_type;
    std::string_view boot_mode;
    int volume_gib;
    bool imds_v2;
};

constexpr std::array entries{
    Entry{"al2023-ami-2023.7.20250428.1-kernel-6.1-x86_64", "Amazon Linux 2023 AMI 2023.7.20250428.1 x86_64 HVM kernel-6.1",
          amazon, "x86_64", "2025-04-29T17:48:55.000Z", "2027-04-29T17:48:55.000Z", "/dev/xvda", "gp3", "uefi-preferred", 8,
          true},
    Entry{"al2023-ami-2023.8.20250818.0-kernel-6.1-x86_64", "Amazon Linux 2023 AMI 2023.8.20250818.0 x86_64 HVM kernel-6.1",
          amazon, "x86_64", "2025-08-19T21:02:41.000Z", "2027-08-19T21:02:41.000Z", "/dev/xvda", "gp3", "uefi-preferred", 8,
          true},
    Entry{"al2023-ami-2023.9.20251014.0-kernel-6.1-x86_64", "Amazon Linux 2023 AMI 2023.9.20251014.0 x86_64 HVM kernel-6.1",
          amazon, "x86_64", "2025-10-14T20:35:12.000Z", "2027-10-14T20:35:12.000Z", "/dev/xvda", "gp3", "uefi-preferred", 8,
          true},
    Entry{"al2023-ami-2023.9.20251014.0-kernel-6.12-x86_64", "Amazon Linux 2023 AMI 2023.9.20251014.0 x86_64 HVM kernel-6.12",
          amazon, "x86_64", "2025-10-14T20:37:09.000Z", "2027-10-14T20:37:09.000Z", "/dev/xvda", "gp3", "uefi-preferred", 8,
          true},
    Entry{"al2023-ami-2023.9.20251014.0-kernel-6.1-arm64", "Amazon Linux 2023 AMI 2023.9.20251014.0 arm64 HVM kernel-6.1",
          amazon, "arm64", "2025-10-14T20:35:40.000Z", "2027-10-14T20:35:40.000Z", "/dev/xvda", "gp3", "uefi", 8, true},
    Entry{"al2023-ami-2023.9.20251014.0-kernel-6.12-arm64", "Amazon Linux 2023 AMI 2023.9.20251014.0 arm64 HVM kernel-6.12",
          amazon, "arm64", "2025-10-14T20:37:31.000Z", "2027-10-14T20:37:31.000Z", "/dev/xvda", "gp3", "uefi", 8, true},
    Entry{"al2023-ami-minimal-2023.9.20251014.0-kernel-6.1-x86_64",
          "Amazon Linux 2023 AMI 2023.9.20251014.0 x86_64 Minimal HVM kernel-6.1", amazon, "x86_64", "2025-10-14T20:36:18.000Z",
          "2027-10-14T20:36:18.000Z", "/dev/xvda", "gp3", "uefi-preferred", 2, true},
    Entry{"al2023-ami-minimal-2023.9.20251014.0-kernel-6.1-arm64",
          "Amazon Linux 2023 AMI 2023.9.20251014.0 arm64 Minimal HVM kernel-6.1", amazon, "arm64", "2025-10-14T20:36:44.000Z",
          "2027-10-14T20:36:44.000Z", "/dev/xvda", "gp3", "uefi", 2, true},
    Entry{"amzn2-ami-kernel-5.10-hvm-2.0.20251014.0-x86_64-gp2", "Amazon Linux 2 Kernel 5.10 AMI 2.0.20251014.0 x86_64 HVM gp2",
          amazon, "x86_64", "2025-10-15T19:11:27.000Z", "2026-06-30T23:59:00.000Z", "/dev/xvda", "gp2", "", 8, false},
    Entry{"amzn2-ami-kernel-5.10-hvm-2.0.20251014.0-arm64-gp2", "Amazon Linux 2 Kernel 5.10 AMI 2.0.20251014.0 arm64 HVM gp2",
          amazon, "arm64", "2025-10-15T19:12:03.000Z", "2026-06-30T23:59:00.000Z", "/dev/xvda", "gp2", "uefi", 8, false},
    Entry{"debian-12-amd64-20251006-2257", "Debian 12 (20251006-2257)", debian, "x86_64", "2025-10-06T05:14:20.000Z",
          "2027-10-06T05:14:20.000Z", "/dev/xvda", "gp3", "uefi-preferred", 8, false},
    Entry{"debian-12-arm64-20251006-2257", "Debian 12 (20251006-2257)", debian, "arm64", "2025-10-06T05:15:02.000Z",
          "2027-10-06T05:15:02.000Z", "/dev/xvda", "gp3", "uefi", 8, false},
    Entry{"debian-13-amd64-20251006-2257", "Debian 13 (20251006-2257)", debian, "x86_64", "2025-10-06T05:17:31.000Z",
          "2027-10-06T05:17:31.000Z", "/dev/xvda", "gp3", "uefi-preferred", 8, false},
    Entry{"ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-20251001",
          "Canonical, Ubuntu, 22.04 LTS, amd64 jammy image build on 2025-10-01", canonical, "x86_64",
          "2025-10-01T08:22:14.000Z", "2027-10-01T08:22:14.000Z", "/dev/sda1", "gp2", "uefi-preferred", 8, false},
    Entry{"ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20251001", "Canonical, Ubuntu, 24.04, amd64 noble image",
          canonical, "x86_64", "2025-10-01T09:10:47.000Z", "2027-10-01T09:10:47.000Z", "/dev/sda1", "gp3", "uefi-preferred", 8,
          false},
    Entry{"ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-arm64-server-20251001", "Canonical, Ubuntu, 24.04, arm64 noble image",
          canonical, "arm64", "2025-10-01T09:11:25.000Z", "2027-10-01T09:11:25.000Z", "/dev/sda1", "gp3", "uefi", 8, false},
};

// The same id at every start, on every machine: FNV-1a of region and name.
std::string derived_id(std::string_view prefix, std::string_view region, std::string_view name) {
    std::uint64_t hash = 14695981039346656037ull;
    for (std::string_view part : {region, std::string_view("/"), name})
        for (char c : part) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ull;
    return fmt::format("{}-0{:016x}", prefix, hash);
}

std::vector<Image> make(std::string_view region) {
    std::vector<Image> images;
    for (const Entry& entry : entries) {
        Image image;
        image.id = derived_id("ami", region, entry.name);
        image.name = entry.name;
        image.description = entry.description;
        image.owner = entry.owner;
        image.owner_alias = entry.owner == debian ? "" : "amazon";
        image.architecture = entry.architecture;
        image.created = entry.created;
        image.deprecated = entry.deprecated;
        image.root_device = entry.root_device;
        image.snapshot = derived_id("snap", region, entry.name);
        image.volume_type = entry.volume_type;
        image.boot_mode = entry.boot_mode;
        image.volume_gib = entry.volume_gib;
        image.imds_v2 = entry.imds_v2;
        images.push_back(std::move(image));
    }
    std::sort(images.begin(), images.end(), [](const Image& a, const Image& b) { return a.id < b.id; });
    return images;
}

}  // namespace

const std::vector<Image>& images_of(std::string_view region) {
    static std::mutex mutex;
    static std::map<std::string, std::unique_ptr<const std::vector<Image>>, std::less<>> made;
    std::lock_guard lock(mutex);
    auto it = made.find(region);
    if (it == made.end())
        it = made.emplace(std::string(region), std::make_unique<const std::vector<Image>>(make(region))).first;
    return *it->second;
}

const Image* find_image(std::string_view region, std::string_view id) {
    for (const Image& image : images_of(region))
        if (image.id == id) return &image;
    return nullptr;
}

}  // namespace sekisho::ec2
