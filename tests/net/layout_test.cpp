// The pure parts: boxes, layout, plan.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "lab.h"
#include "net/boxes.h"
#include "net/layout.h"
#include "net/plan.h"

namespace sekisho::net::kernel {
namespace {

using test::interface;
using test::scenario;

bool covers(const std::vector<Box>& boxes, std::uint32_t x, std::uint32_t y, std::uint32_t z) {
    auto in = [](const Range& range, std::uint32_t value) { return range.first <= value && value <= range.last; };
    return std::ranges::any_of(boxes, [&](const Box& box) { return in(box[0], x) && in(box[1], y) && in(box[2], z); });
}

TEST(Boxes, cover_the_same_points_without_overlapping) {
    std::mt19937 random(7);
    auto range = [&] {
        std::uint32_t a = random() % 6, b = random() % 6;
        return Range{std::min(a, b), std::max(a, b)};
    };
    for (int round = 0; round < 200; ++round) {
        std::vector<Box> given;
        for (std::uint32_t i = 0, n = random() % 6; i < n; ++i) given.push_back({range(), range(), range()});
        auto made = disjoint(given);
        for (std::uint32_t x = 0; x < 6; ++x)
            for (std::uint32_t y = 0; y < 6; ++y)
                for (std::uint32_t z = 0; z < 6; ++z) {
                    ASSERT_EQ(covers(made, x, y, z), covers(given, x, y, z));
                    ASSERT_LE(std::ranges::count_if(made, [&](const Box& box) { return covers({box}, x, y, z); }), 1);
                }
        std::ranges::shuffle(given, random);
        EXPECT_EQ(disjoint(given), made);
    }
}

TEST(Boxes, reach_the_ends_of_the_address_space) {
    Box all{Range{0, 255}, {0, 65535}, {0, 0xffffffff}}, one{Range{6, 6}, {443, 443}, {0xffffffff, 0xffffffff}};
    EXPECT_EQ(disjoint({one, all}), std::vector<Box>{all});
    EXPECT_EQ(disjoint({}), std::vector<Box>{});
    EXPECT_EQ(disjoint({Box{Range{2, 1}, {0, 0}, {0, 0}}}), std::vector<Box>{});  // an empty range covers nothing
}

TEST(Layout, is_the_same_for_the_same_network) {
    Numbers numbers;
    auto vpc = scenario().vpcs[0];
    auto first = lay_out(vpc, numbers);
    EXPECT_EQ(first.objects, lay_out(vpc, numbers).objects);
    EXPECT_TRUE(first.errors.empty());
}

TEST(Layout, grows_with_combinations_of_groups_and_not_with_instances) {
    Numbers numbers;
    auto vpc = scenario().vpcs[0];
    auto entries = [&] {
        return std::ranges::count_if(lay_out(vpc, numbers).objects, [](const Object& object) {
            const auto* element = std::get_if<Element>(&object.thing);
            return element && element->set >= Set::egress && element->set <= Set::ingress_group;
        });
    };
    auto before = entries();
    for (int i = 10; i < 60; ++i)
        vpc.interfaces.push_back(interface("eni-x" + std::to_string(i), "subnet-prv1", "10.0.5." + std::to_string(i)));
    EXPECT_EQ(entries(), before);
    EXPECT_GT(before, 0);
}

std::size_t place(const std::vector<Object>& objects, std::size_t kind, bool last) {
    std::size_t found = objects.size();
    for (std::size_t i = 0; i < objects.size(); ++i)
        if (objects[i].thing.index() == kind && (last || found == objects.size())) found = i;
    return found;
}
template <class T>
std::size_t kind_of() {
    return Thing(T{}).index();
}

TEST(Plan, removes_routes_and_rules_before_it_closes_sockets_and_opens_sockets_before_it_adds_routes) {
    Numbers numbers;
    auto vpc = scenario().vpcs[0];
    auto with = lay_out(vpc, numbers).objects;
    vpc.endpoints.clear();
    auto without = lay_out(vpc, numbers).objects;
    auto removals = difference(with, without).removals;
    EXPECT_LT(place(removals, kind_of<Route>(), true), place(removals, kind_of<Socket>(), false));
    EXPECT_LT(place(removals, kind_of<Socket>(), true), removals.size());
    auto additions = difference(without, with).additions;
    EXPECT_LT(place(additions, kind_of<Socket>(), true), place(additions, kind_of<Route>(), false));
    EXPECT_EQ(difference(with, with).additions.size() + difference(with, with).removals.size(), 0u);
}

TEST(Plan, what_stands_on_a_replaced_link_is_made_again) {
    Numbers numbers;
    auto vpc = scenario().vpcs[0];
    auto before = lay_out(vpc, numbers).objects;
    vpc.interfaces[0].mac = "02:00:00:00:00:99";
    auto after = lay_out(vpc, numbers).objects;
    auto plan = difference(before, after);
    auto is_default_route = [](const Object& object) {
        const auto* route = std::get_if<Route>(&object.thing);
        return route && route->space == "eni-1" && route->destination.length == 0;
    };
    EXPECT_TRUE(std::ranges::any_of(plan.lost, is_default_route));
    EXPECT_TRUE(std::ranges::any_of(plan.additions, is_default_route));
    EXPECT_TRUE(std::ranges::none_of(plan.removals, is_default_route));
}

TEST(Plan, a_namespace_that_goes_takes_its_contents_along_but_sockets_and_links_are_ended_one_by_one) {
    Numbers numbers;
    auto there = lay_out(scenario().vpcs[0], numbers).objects;
    auto plan = difference(there, {});
    for (const auto& object : plan.removals)
        EXPECT_TRUE(std::holds_alternative<Socket>(object.thing) || std::holds_alternative<Veth>(object.thing) ||
                    std::holds_alternative<Space>(object.thing) || space_of(object) == "internet")
            << describe(object);
    EXPECT_EQ(plan.removals.size() + plan.lost.size(), there.size());
}

}  // namespace
}  // namespace sekisho::net::kernel
