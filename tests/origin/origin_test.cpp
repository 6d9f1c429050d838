#include "origin/origin.h"

#include <gtest/gtest.h>

namespace sekisho::origin {
namespace {

http::Connection connection(http::Listener listener) {
    http::Connection made;
    made.listener = std::make_shared<const http::Listener>(std::move(listener));
    made.peer = *IpAddress::parse("10.0.5.167");
    made.peer_port = 40000;
    return made;
}

http::Listener endpoint_listener() {
    http::Listener listener;
    listener.vpce = "vpce-1";
    listener.vpc = "vpc-1";
    listener.account = "123456789012";
    listener.region = "us-east-1";
    return listener;
}

TEST(Origin, AnOrdinaryListenerIsThePublicRoad) {
    auto origin = derive(connection({}));
    ASSERT_TRUE(origin);
    EXPECT_FALSE(origin->endpoint);
    EXPECT_EQ(origin->peer.text(), "10.0.5.167");
}

TEST(Origin, AnEndpointsListenerIsThatEndpointsRoad) {
    auto origin = derive(connection(endpoint_listener()));
    ASSERT_TRUE(origin && origin->endpoint);
    EXPECT_EQ(origin->endpoint->vpce, VpceId("vpce-1"));
    EXPECT_EQ(origin->endpoint->vpc, VpcId("vpc-1"));
    EXPECT_EQ(origin->endpoint->account, AccountId("123456789012"));
}

TEST(Origin, AProxyHeaderMayNameOnlyTheEndpointsThatItsListenerIsConfiguredFor) {
    http::Listener listener = endpoint_listener();
    listener.vpce = listener.vpc = "";
    listener.proxy_endpoints = {{"vpce-2", {"vpc-2", "222222222222", "eu-west-1"}}};
    http::Connection named = connection(listener);
    named.proxy_vpce = "vpce-2";
    auto origin = derive(named);
    ASSERT_TRUE(origin && origin->endpoint);
    EXPECT_EQ(origin->endpoint->vpce, VpceId("vpce-2"));
    EXPECT_EQ(origin->endpoint->vpc, VpcId("vpc-2"));
    EXPECT_EQ(origin->endpoint->account, AccountId("222222222222"));
    EXPECT_EQ(origin->endpoint->region, Region("eu-west-1"));

    named.proxy_vpce = "vpce-3";
    auto refused = derive(named);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "AccessDenied");
}

TEST(Origin, AProxyHeaderWithoutAnEndpointOnAListenerWithoutOneIsThePublicRoad) {
    http::Listener listener;
    listener.proxy_endpoints = {{"vpce-2", {"vpc-2", "222222222222", "eu-west-1"}}};
    auto origin = derive(connection(listener));
    ASSERT_TRUE(origin);
    EXPECT_FALSE(origin->endpoint);
}

}  // namespace
}  // namespace sekisho::origin
