#include "ec2/world.h"

#include "base/loop.h"
#include "wire/dialect.h"
#include "wire/errors/common.h"

namespace sekisho::ec2::test {

Task<net::Report> Lab::apply(net::Desired wanted) {
    if (faults > 0) {
        --faults;
        throw Fault("the lab does not answer");
    }
    desired = std::move(wanted);
    ++applied;
    net::Report report;
    report.generation = static_cast<std::uint64_t>(applied);
    for (const auto& [id, error] : errors) report.resources[id] = {error, ""};
    for (const net::Vpc& vpc : desired.vpcs) {
        for (const net::Instance& instance : vpc.instances) {
            if (!instance.running)
                report.resources[instance.id] = {"", "stopped"};
            else if (!instance_error.empty())
                report.resources[instance.id] = {instance_error, "stopped"};
            else
                report.resources[instance.id] = {"", instances_stay_pending ? "pending" : "running"};
        }
        for (const net::NatGateway& nat : vpc.nat_gateways)
            if (!nat_error.empty()) report.resources[nat.id] = {nat_error, ""};
    }
    co_return report;
}

Task<net::Observation> Lab::observe() { co_return net::Observation(); }

Task<Result<net::Shell>> Lab::open_shell(net::ShellRequest) { co_return fail(error::NotImplemented); }

std::optional<InstanceProfile> Profiles::find(const AccountId&, std::string_view wanted) const {
    for (const InstanceProfile& profile : all)
        if (profile.arn == wanted || profile.name == wanted) return profile;
    return std::nullopt;
}

std::vector<authz::NamedPolicy> Policies::identity_policies(const authn::Caller&) const {
    if (auto now = std::exchange(meanwhile, {})) now();
    if (identity.empty()) return {};
    return {{"policy", policy::compile(identity, policy::Kind::identity)}};
}
std::vector<authz::NamedPolicy> Policies::boundary_policies(const authn::Caller&) const { return {}; }
authz::NamedPolicy Policies::endpoint_policy(const origin::EndpointRoad&) const { return {}; }

std::vector<std::string> Said::values(const std::string& element) const {
    std::vector<std::string> found;
    std::string open = "<" + element + ">", close = "</" + element + ">";
    for (std::size_t at = body.find(open); at != std::string::npos; at = body.find(open, at + 1)) {
        std::size_t begin = at + open.size(), end = body.find(close, begin);
        if (end == std::string::npos) break;
        std::string text = body.substr(begin, end - begin);
        for (std::size_t quote = text.find("&quot;"); quote != std::string::npos; quote = text.find("&quot;"))
            text.replace(quote, 6, "\"");
        for (std::size_t quote = text.find("&apos;"); quote != std::string::npos; quote = text.find("&apos;"))
            text.replace(quote, 6, "'");
        found.push_back(text);
    }
    return found;
}

std::string Said::value(const std::string& element) const {
    auto all = values(element);
    return all.empty() ? std::string() : all.front();
}

World::World() : tables(store::memory_tables()) {
    caller.kind = authn::Caller::Kind::root;
    caller.account = AccountId("123456789012");
    caller.arn = "arn:aws:iam::123456789012:root";
    caller.principal_id = "123456789012";
    restart();
}

void World::restart() {
    ec2.reset();
    Options options;
    options.loop = &loop;
    ec2 = std::make_unique<Ec2>(*tables, lab, clock, entropy, profiles, std::move(options));
    sync_wait(ec2->load());
    sync_wait(ec2->realise());
}

namespace {

Task<Result<http::Reply>> walk(World& world, services::Call& call) {
    auto operation = world.ec2->find(call);
    if (!operation) co_return fail(std::move(operation.error()));
    authz::RequestFacts facts;
    facts.id = call.id;
    facts.time = call.time;
    facts.service = "ec2";
    facts.operation = (*operation)->name();
    facts.region = call.region;
    for (int questions = 0; questions < services::questions_max; ++questions) {  // as the gate does
        auto prepared = co_await (*operation)->prepare(call);
        if (!prepared) co_return fail(std::move(prepared.error()));
        auto decision =
            world.authorizer.authorize(call.caller, origin::Origin(), (*prepared)->asks(), (*prepared)->each(), facts);
        if (auto* denial = std::get_if<authz::Denial>(&decision))
            co_return fail(ApiError{"UnauthorizedOperation", 403, denial->message, {}});
        authz::Approval approval = std::move(std::get<authz::Approval>(decision));
        auto answer = co_await (*prepared)->run(std::move(approval));
        if (answer || !services::asks_again(answer.error())) co_return answer;
    }
    co_return fail(error::ServiceUnavailable);
}

}  // namespace

Said World::ask(const std::string& query) {
    http::Request request;
    request.method = "POST";
    request.path = "/";
    services::Call call{request, RequestId("0c0ffee0-0000-4000-8000-000000000001"), clock.now()};
    call.region = region;
    call.account = caller.account;
    call.caller = caller;
    call.payload = query;
    Result<http::Reply> result = sync_wait(walk(*this, call));
    http::Reply reply = result ? std::move(*result) : wire::error_reply(call.dialect, result.error(), call.id);
    return {reply.status, std::get<std::string>(reply.body)};
}

std::string World::make(const std::string& query, const std::string& element) {
    Said said = ask(query);
    EXPECT_EQ(said.status, 200) << query << "\n" << said.body;
    return said.value(element);
}

std::string World::outcome(const std::string& query) {
    Said said = ask(query);
    return said.status == 200 ? "ok" : said.code();
}

void World::make_network() {
    vpc = make("Action=CreateVpc&CidrBlock=10.0.0.0/16", "vpcId");
    public_subnet = make("Action=CreateSubnet&CidrBlock=10.0.1.0/24&AvailabilityZone=us-east-1a&VpcId=" + vpc, "subnetId");
    private_subnet = make("Action=CreateSubnet&CidrBlock=10.0.5.0/24&AvailabilityZone=us-east-1a&VpcId=" + vpc, "subnetId");
    igw = make("Action=CreateInternetGateway", "internetGatewayId");
    make("Action=AttachInternetGateway&InternetGatewayId=" + igw + "&VpcId=" + vpc, "return");
    public_table = make("Action=CreateRouteTable&VpcId=" + vpc, "routeTableId");
    private_table = make("Action=CreateRouteTable&VpcId=" + vpc, "routeTableId");
    make("Action=AssociateRouteTable&RouteTableId=" + public_table + "&SubnetId=" + public_subnet, "associationId");
    make("Action=AssociateRouteTable&RouteTableId=" + private_table + "&SubnetId=" + private_subnet, "associationId");
    make("Action=CreateRoute&DestinationCidrBlock=0.0.0.0/0&GatewayId=" + igw + "&RouteTableId=" + public_table, "return");
    allocation = make("Action=AllocateAddress&Domain=vpc", "allocationId");
    nat = make("Action=CreateNatGateway&SubnetId=" + public_subnet + "&AllocationId=" + allocation, "natGatewayId");
    make("Action=CreateRoute&DestinationCidrBlock=0.0.0.0/0&NatGatewayId=" + nat + "&RouteTableId=" + private_table, "return");
}

std::string World::image(const std::string& name) {
    return make("Action=DescribeImages&Filter.1.Name=name&Filter.1.Value.1=" + name, "imageId");
}

std::string World::launch(const std::string& subnet, const std::string& more) {
    return make(
        "Action=RunInstances&MinCount=1&MaxCount=1&InstanceType=t3.micro&ImageId=" + image() + "&SubnetId=" + subnet + more,
        "instanceId");
}

std::string World::state_of(const std::string& instance) {
    Said said = ask("Action=DescribeInstances&InstanceId.1=" + instance);
    return said.value("name");
}

}  // namespace sekisho::ec2::test
