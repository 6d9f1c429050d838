#include "net/sockets.h"

#include <nlohmann/json.hpp>

namespace sekisho::net {

namespace {

constexpr std::pair<SocketKind, const char*> kinds[] = {
    {SocketKind::api, "api"}, {SocketKind::metadata, "metadata"}, {SocketKind::dns, "dns"}};

}  // namespace

void to_json(nlohmann::json& json, const OpenedSocket& socket) {
    json = {{"id", socket.id},
            {"name", socket.name},
            {"vpce", socket.vpce},
            {"vpc", socket.vpc},
            {"subnet", socket.subnet},
            {"account", socket.account},
            {"region", socket.region},
            {"internet", socket.internet},
            {"datagram", socket.datagram},
            {"only_destinations", socket.only_destinations}};
    for (const auto& [kind, name] : kinds)
        if (kind == socket.kind) json["kind"] = name;
}

void from_json(const nlohmann::json& json, OpenedSocket& socket) {
    json.at("id").get_to(socket.id);
    json.at("name").get_to(socket.name);
    json.at("vpce").get_to(socket.vpce);
    json.at("vpc").get_to(socket.vpc);
    json.at("subnet").get_to(socket.subnet);
    json.at("account").get_to(socket.account);
    json.at("region").get_to(socket.region);
    json.at("internet").get_to(socket.internet);
    json.at("datagram").get_to(socket.datagram);
    json.at("only_destinations").get_to(socket.only_destinations);
    const auto kind = json.at("kind").get<std::string>();
    bool known = false;
    for (const auto& [value, name] : kinds)
        if (kind == name) {
            socket.kind = value;
            known = true;
        }
    // A kind from a newer lab is no socket of ours: what it means must not be guessed.
    if (!known) throw nlohmann::json::other_error::create(501, "unknown kind of socket: " + kind, &json);
}

}  // namespace sekisho::net
