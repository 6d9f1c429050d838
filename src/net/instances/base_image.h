// The base image: the lower layer of every instance's disk, made once per data folder from what the host lets everybody read.
//
// A copy of /etc without the host's identity and secrets (no host keys, no shadow, no machine id, no private keys, no
// credentials of package tools), a minimal passwd and group, and empty /var, /root, /home, /opt, /srv. All of it belongs to the
// lab's own id, so that root inside an instance can change it (its changes go to the instance's upper layer). /usr is not in
// it: instances see the host's, read-only.
#pragma once

#include <filesystem>

namespace sekisho::net::instances {

// What the image is made of: a new format, or new certificates, programs' alternatives or libraries on the host, make another.
std::string base_image_stamp();

// `image` is complete and of this stamp.
bool base_image_ready(const std::filesystem::path& image);

// Makes it (in a folder beside it, then renamed). Throws Fault.
void make_base_image(const std::filesystem::path& image);

}  // namespace sekisho::net::instances
