// State: everything EC2 knows of one account and region, as one value (see store/state.h for how it changes).
#pragma once

#include "services/ec2/model.h"
#include "store/state.h"

namespace sekisho::ec2 {

struct State {
    store::Collection<Setup> setup{"setup/"};
    store::Collection<Vpc> vpcs{"vpc/"};
    store::Collection<Subnet> subnets{"subnet/"};
    store::Collection<InternetGateway> internet_gateways{"igw/"};
    store::Collection<RouteTable> route_tables{"rtb/"};
    store::Collection<NatGateway> nat_gateways{"nat/"};
    store::Collection<Address> addresses{"eip/"};
    store::Collection<SecurityGroup> security_groups{"sg/"};
    store::Collection<NetworkAcl> network_acls{"acl/"};
    store::Collection<NetworkInterface> interfaces{"eni/"};
    store::Collection<Endpoint> endpoints{"vpce/"};
    store::Collection<Volume> volumes{"vol/"};
    store::Collection<Instance> instances{"i/"};
    store::Collection<DhcpOptions> dhcp_options{"dopt/"};
    store::Collection<KeyPair> key_pairs{"key/"};  // by name
    store::Collection<ClientToken> client_tokens{"token/"};

    template <class F>
    void each(F&& f) {
        f(setup);
        f(vpcs);
        f(subnets);
        f(internet_gateways);
        f(route_tables);
        f(nat_gateways);
        f(addresses);
        f(security_groups);
        f(network_acls);
        f(interfaces);
        f(endpoints);
        f(volumes);
        f(instances);
        f(dhcp_options);
        f(key_pairs);
        f(client_tokens);
    }
};

}  // namespace sekisho::ec2
