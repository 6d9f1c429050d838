#include "services/dns/resolver.h"

#include <algorithm>

#include "base/bytes.h"

namespace sekisho::dns {

namespace {

// 10.0.5.167 → ip-10-0-5-167
std::string label_of(const IpAddress& ip) {
    std::string label = "ip-" + ip.text();
    std::replace(label.begin(), label.end(), '.', '-');
    return label;
}

// ip-10-0-5-167 → 10.0.5.167
std::optional<IpAddress> address_in_label(std::string_view label) {
    if (!label.starts_with("ip-")) return std::nullopt;
    std::string text(label.substr(3));
    std::replace(text.begin(), text.end(), '-', '.');
    auto ip = IpAddress::parse(text);
    return ip && !ip->v6 ? ip : std::nullopt;
}

bool region_like(std::string_view label) {
    return label.size() >= 9 && split(label, '-').size() >= 3 && label.back() >= '0' && label.back() <= '9';
}

// Names below amazonaws.com: [bucket.]s3[.dualstack][.region], name-account.s3-accesspoint[.dualstack].region,
// account.s3-control.region, service[.region].
std::optional<IpAddress> aws_address(std::string_view name, const Names& names) {
    constexpr std::string_view zone = ".amazonaws.com";
    if (!name.ends_with(zone)) return std::nullopt;
    auto labels = split(name.substr(0, name.size() - zone.size()), '.');
    std::string region = names.default_region;
    if (labels.size() > 1 && region_like(labels.back())) {
        region = std::string(labels.back());
        labels.pop_back();
    }
    if (labels.size() > 1 && labels.back() == "dualstack") labels.pop_back();
    std::string_view service = labels.back();
    if (service == "s3" || service == "s3-accesspoint") return names.s3(region);
    if (labels.size() > 1 && service == "s3-control") return names.control(service, region);
    if (labels.size() != 1) return std::nullopt;
    return names.control(service, region);
}

std::optional<IpAddress> reverse_address(std::string_view name) {
    constexpr std::string_view zone = ".in-addr.arpa";
    if (!name.ends_with(zone)) return std::nullopt;
    auto labels = split(name.substr(0, name.size() - zone.size()), '.');
    if (labels.size() != 4) return std::nullopt;
    std::string text;
    for (auto label = labels.rbegin(); label != labels.rend(); ++label) text += (text.empty() ? "" : ".") + std::string(*label);
    return IpAddress::parse(text);
}

}  // namespace

Answer resolve(const Question& question, std::string_view vpc, std::string_view private_zone, const Names& names) {
    Answer answer;
    if (question.klass != 1) {
        answer.code = Code::not_implemented;
        return answer;
    }
    auto type = static_cast<Type>(question.type);
    if (auto reverse = reverse_address(question.name)) {
        if (!names.in_vpc(vpc, *reverse))
            answer.code = Code::name_error;
        else if (type == Type::ptr || type == Type::any)
            answer.pointer = label_of(*reverse) + "." + std::string(private_zone);
        return answer;
    }
    std::optional<IpAddress> ip = aws_address(question.name, names);
    if (!ip) {
        std::string zone = "." + std::string(private_zone);
        if (question.name.ends_with(zone)) {
            ip = address_in_label(std::string_view(question.name).substr(0, question.name.size() - zone.size()));
            if (ip && !names.in_vpc(vpc, *ip)) ip.reset();
        }
    }
    if (!ip)
        answer.code = Code::name_error;
    else if (type == Type::a || type == Type::any)
        answer.addresses.push_back(*ip);
    return answer;  // other types of a name that exists: no error, no record (AAAA above all)
}

}  // namespace sekisho::dns
