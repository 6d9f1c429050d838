// Reading RunInstances' parameters.
#include <fmt/format.h>

#include "base/bytes.h"
#include "services/ec2/launch.h"
#include "services/ec2/limits.h"
#include "wire/errors/ec2.h"

namespace sekisho::ec2 {

namespace {

// Reads one parameter after the other into places, and keeps the first error.
class Reader {
   public:
    explicit Reader(const Params& params) : params_(params) {}
    template <class T, class R>
    void into(T& place, R result) {
        if (error_) return;
        if (!result)
            error_ = std::move(result.error());
        else
            place = std::move(*result);
    }
    void flag(bool& place, std::string_view name) { into(place, boolean(params_, name, place)); }
    void flag(std::optional<bool>& place, std::string_view name) { into(place, optional_bool(params_, name)); }
    void number(std::optional<int>& place, std::string_view name) { into(place, optional_int(params_, name)); }
    void choice(std::string& place, std::string_view name, std::initializer_list<std::string_view> values,
                std::string_view otherwise = {}) {
        into(place, one_of(params_, name, values, otherwise));
    }
    void check(Result<void> result) {
        if (!error_ && !result) error_ = std::move(result.error());
    }
    template <class E>
    void check_that(bool holds, E&& error) {
        if (!error_ && !holds) error_ = std::move(error.error());
    }
    std::optional<ApiError>& error() { return error_; }

   private:
    const Params& params_;
    std::optional<ApiError> error_;
};

void read_counts(Reader& reader, LaunchInput& in) {
    std::optional<int> min, max;
    reader.number(min, "MinCount");
    reader.number(max, "MaxCount");
    if (!min) return reader.check_that(false, missing_parameter("MinCount"));
    if (!max) return reader.check_that(false, missing_parameter("MaxCount"));
    in.count_min = *min;
    in.count_max = *max;
    if (*min < 1) return reader.check_that(false, invalid_value("MinCount", std::to_string(*min), "Value must be at least 1."));
    if (*max < *min)
        reader.check_that(false,
                          fail(error::ec2::InvalidParameterCombination,
                               fmt::format("The minimum count ({}) must not exceed the maximum count ({})", *min, *max)));
}

void read_interface(Reader& reader, const Params& params, LaunchInput& in) {
    std::vector<Params> all = params.structures("NetworkInterface");
    if (all.empty()) return;
    if (!in.subnet.empty() || !in.groups.empty() || !in.group_names.empty() || !in.private_ip.empty())
        return reader.check_that(
            false, fail(error::ec2::InvalidParameterCombination,
                        "Network interfaces and an instance-level subnet ID may not be specified on the same request"));
    const Params& one = all.front();
    Reader inner(one);
    inner.check(
        refuse(one, {"NetworkInterfaceId", "Ipv6AddressCount", "Ipv6Addresses", "SecondaryPrivateIpAddressCount", "Ipv4Prefix",
                     "Ipv4PrefixCount", "Ipv6Prefix", "Ipv6PrefixCount", "AssociateCarrierIpAddress", "NetworkCardIndex"}));
    std::optional<int> device;
    inner.number(device, "DeviceIndex");
    if (all.size() > 1 || device.value_or(0) != 0)
        inner.check_that(false,
                         fail(error::ec2::NotImplemented, "More than one network interface per instance is not implemented."));
    inner.into(in.subnet, optional_id(one, "SubnetId", kind::subnet));
    inner.into(in.groups, ids(one, "SecurityGroupId", kind::security_group));
    inner.flag(in.public_ip, "AssociatePublicIpAddress");
    inner.flag(in.interface_delete, "DeleteOnTermination");
    in.interface_description = one.get("Description");
    in.private_ip = one.get("PrivateIpAddress");
    std::vector<Params> addresses = one.structures("PrivateIpAddresses");
    if (addresses.size() > 1)
        inner.check_that(false, fail(error::ec2::NotImplemented, "Secondary private addresses are not implemented."));
    if (addresses.size() == 1) in.private_ip = addresses[0].get("PrivateIpAddress");
    if (inner.error()) reader.check(fail(std::move(*inner.error())));
}

void read_volumes(Reader& reader, const Params& params, LaunchInput& in) {
    for (const Params& one : params.structures("BlockDeviceMapping")) {
        Reader inner(one);
        inner.check(
            refuse(one, {"VirtualName", "NoDevice", "Ebs.KmsKeyId", "Ebs.SnapshotId", "Ebs.OutpostArn", "Ebs.Encrypted"}));
        VolumeWish wish;
        inner.into(wish.device, required(one, "DeviceName"));
        inner.number(wish.size_gib, "Ebs.VolumeSize");
        inner.number(wish.iops, "Ebs.Iops");
        inner.number(wish.throughput, "Ebs.Throughput");
        inner.choice(wish.type, "Ebs.VolumeType", {"standard", "io1", "io2", "gp2", "gp3", "sc1", "st1"});
        inner.flag(wish.delete_on_termination, "Ebs.DeleteOnTermination");
        if (wish.size_gib && (*wish.size_gib < 1 || *wish.size_gib > 16384))
            inner.check_that(false, invalid_value("Ebs.VolumeSize", std::to_string(*wish.size_gib)));
        if (inner.error()) return reader.check(fail(std::move(*inner.error())));
        in.volumes.push_back(std::move(wish));
    }
}

void read_user_data(Reader& reader, const Params& params, LaunchInput& in) {
    in.user_data = params.get("UserData");
    auto decoded = from_base64(in.user_data);
    if (!decoded) return reader.check_that(false, fail(error::ec2::InvalidUserDataMalformed));
    if (decoded->size() > limits::user_data_bytes)
        reader.check_that(false, fail(error::ec2::InvalidParameterValue,
                                      fmt::format("User data is limited to {} bytes", limits::user_data_bytes)));
}

void read_metadata_options(Reader& reader, LaunchInput& in) {
    reader.choice(in.http_tokens, "MetadataOptions.HttpTokens", {"optional", "required"});
    reader.choice(in.http_endpoint, "MetadataOptions.HttpEndpoint", {"enabled", "disabled"});
    reader.choice(in.metadata_tags, "MetadataOptions.InstanceMetadataTags", {"enabled", "disabled"});
    reader.choice(in.http_protocol_ipv6, "MetadataOptions.HttpProtocolIpv6", {"enabled", "disabled"});
    reader.number(in.hop_limit, "MetadataOptions.HttpPutResponseHopLimit");
    if (in.hop_limit && (*in.hop_limit < 1 || *in.hop_limit > 64))
        reader.check_that(false, invalid_value("HttpPutResponseHopLimit", std::to_string(*in.hop_limit)));
}

}  // namespace

Result<LaunchInput> read_launch(const Params& params) {
    LaunchInput in;
    Reader reader(params);
    reader.check(refuse(params, {"LaunchTemplate", "InstanceMarketOptions", "KernelId", "RamdiskId", "ElasticGpuSpecification",
                                 "ElasticInferenceAccelerator", "LicenseSpecification", "Ipv6AddressCount", "Ipv6Address",
                                 "CpuOptions", "HibernationOptions.Configured", "EnclaveOptions.Enabled", "Placement.GroupName",
                                 "Placement.GroupId", "Placement.HostId", "Placement.HostResourceGroupArn",
                                 "Placement.PartitionNumber", "CapacityReservationSpecification.CapacityReservationTarget"}));
    in.image = params.get("ImageId");
    if (in.image.empty())
        reader.check_that(false, fail(error::ec2::MissingParameter, "The request must contain the parameter ImageId"));
    else
        reader.check(check_id(kind::image, in.image));
    in.type = params.get("InstanceType", "m1.small");  // AWS's default, which the catalogue has as little as most zones
    read_counts(reader, in);
    reader.into(in.subnet, optional_id(params, "SubnetId", kind::subnet));
    reader.into(in.groups, ids(params, "SecurityGroupId", kind::security_group));
    in.group_names = params.list("SecurityGroup");
    in.private_ip = params.get("PrivateIpAddress");
    in.zone = params.get("Placement.AvailabilityZone");
    reader.choice(in.tenancy, "Placement.Tenancy", {"default"});
    read_interface(reader, params, in);
    std::string arn = params.get("IamInstanceProfile.Arn"), name = params.get("IamInstanceProfile.Name");
    if (!arn.empty() && !name.empty())
        reader.check_that(false, fail(error::ec2::InvalidParameterCombination,
                                      "The parameter 'iamInstanceProfile.name' may not be used in combination with "
                                      "'iamInstanceProfile.arn'"));
    in.profile_by_arn = !arn.empty();
    in.profile = arn.empty() ? name : arn;
    in.key_name = params.get("KeyName");
    read_user_data(reader, params, in);
    read_volumes(reader, params, in);
    in.client_token = params.get("ClientToken");
    reader.choice(in.shutdown_behavior, "InstanceInitiatedShutdownBehavior", {"stop", "terminate"}, "stop");
    reader.choice(in.credits, "CreditSpecification.CpuCredits", {"standard", "unlimited"});
    read_metadata_options(reader, in);
    reader.choice(in.hostname_type, "PrivateDnsNameOptions.HostnameType", {"ip-name", "resource-name"});
    reader.flag(in.a_record, "PrivateDnsNameOptions.EnableResourceNameDnsARecord");
    reader.flag(in.aaaa_record, "PrivateDnsNameOptions.EnableResourceNameDnsAAAARecord");
    reader.flag(in.disable_api_termination, "DisableApiTermination");
    reader.flag(in.disable_api_stop, "DisableApiStop");
    reader.flag(in.ebs_optimized, "EbsOptimized");
    reader.flag(in.monitoring, "Monitoring.Enabled");
    reader.into(in.tags, tag_specifications(params, {&kind::instance, &kind::volume, &kind::network_interface}));
    if (!in.private_ip.empty() && in.count_max > 1)
        reader.check_that(false, fail(error::ec2::InvalidParameterCombination,
                                      "The parameter privateIpAddress cannot be used when more than one instance is launched"));
    if (reader.error()) return fail(std::move(*reader.error()));
    return in;
}

}  // namespace sekisho::ec2
