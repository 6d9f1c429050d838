// The pure parts: ranges, layout, plan.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "lab.h"
#include "net/layout.h"
#include "net/plan.h"
#include "net/ranges.h"

namespace sekisho::net::kernel {
namespace {

using test::interface;
using test::scenario;

TEST(Ranges, cover_the_same_points_without_overlapping) {
    std::mt19937 random(7);
    auto number = [&] { return static_cast<std::uint32_t>(random() % 12); };
    for (int round = 0; round < 500; ++round) {
        std::vector<Range> given;
        for (std::uint32_t i = 0, n = random() % 6; i < n; ++i) given.push_back({number(), number()});
        auto made = united(given);
        auto covers = [](const Range& range, std::uint32_t x) { return range.first <= x && x <= range.last; };
        for (std::uint32_t x = 0; x < 12; ++x) {
            bool wanted = std::ranges::any_of(given, [&](const Range& range) { return covers(range, x); });
            ASSERT_EQ(std::ranges::count_if(made, [&](const Range& range) { return covers(range, x); }), wanted ? 1 : 0);
        }
        ASSERT_LE(made.size(), given.size());
        std::ranges::shuffle(given, random);
        ASSERT_EQ(united(given), made);
    }
}

TEST(Ranges, that_touch_become_one_up_to_the_ends_of_the_numbers) {
    EXPECT_EQ(united({{5, 9}, {0, 4}, {10, 0xffffffff}}), (std::vector<Range>{{0, 0xffffffff}}));
    EXPECT_EQ(united({{7, 0xffffffff}, {0xffffffff, 0xffffffff}, {0, 5}}), (std::vector<Range>{{0, 5}, {7, 0xffffffff}}));
    EXPECT_EQ(united({{2, 1}}), std::vector<Range>{});  // an empty range covers nothing
}

TEST(Layout, is_the_same_for_the_same_network) {
    Numbers numbers;
    auto vpc = scenario().vpcs[0];
    auto first = lay_out(vpc, numbers);
    EXPECT_EQ(first.objects, lay_out(vpc, numbers).objects);
    EXPECT_TRUE(first.errors.empty());
}

std::ptrdiff_t group_entries(const Vpc& vpc) {
    Numbers numbers;
    auto layout = lay_out(vpc, numbers);
    EXPECT_THAT(layout.errors, testing::IsEmpty());
    return std::ranges::count_if(layout.objects, [](const Object& object) {
        const auto* element = std::get_if<Element>(&object.thing);
        return element && element->set >= Set::egress && element->set <= Set::ingress_group;
    });
}

TEST(Layout, grows_with_combinations_of_groups_and_not_with_instances) {
    auto vpc = scenario().vpcs[0];
    auto before = group_entries(vpc);
    for (int i = 10; i < 60; ++i)
        vpc.interfaces.push_back(interface("eni-x" + std::to_string(i), "subnet-prv1", "10.0.5." + std::to_string(i)));
    EXPECT_EQ(group_entries(vpc), before);
    EXPECT_GT(before, 0);
}

TEST(Layout, three_hundred_rules_with_nested_ports_and_an_address_each_are_three_hundred_entries) {
    auto vpc = scenario().vpcs[0];
    vpc.security_groups = test::nested_groups();
    vpc.interfaces[0].security_groups = {"sg-0", "sg-1", "sg-2", "sg-3", "sg-4"};
    EXPECT_EQ(group_entries(vpc), 300);
}

TEST(Layout, many_ranges_of_ports_for_everybody_and_many_for_single_addresses_add_up_and_do_not_multiply) {
    auto vpc = scenario().vpcs[0];
    vpc.security_groups = {{"sg-0", {}}};
    vpc.interfaces[0].security_groups = {"sg-0"};
    for (int i = 0; i < 150; ++i) {
        SecurityGroupRule rule{.protocol = "tcp", .from_port = 400 * i, .to_port = 400 * i + 100, .cidrs = {"0.0.0.0/0"}};
        vpc.security_groups[0].rules.push_back(rule);
        rule = {.protocol = "tcp", .from_port = i, .to_port = 65000 - i, .cidrs = {"203.0.113." + std::to_string(i) + "/32"}};
        vpc.security_groups[0].rules.push_back(rule);
    }
    EXPECT_EQ(group_entries(vpc), 300);
}

TEST(Layout, a_group_that_everybody_has_and_that_names_itself_is_one_entry_per_combination) {
    auto vpc = scenario().vpcs[0];
    vpc.interfaces.clear();
    vpc.security_groups = {{"sg-all", {{.protocol = "-1", .groups = {"sg-all"}}}}};
    for (int i = 10; i < 110; ++i) {
        std::string own = "sg-" + std::to_string(i);
        vpc.security_groups.push_back({own, {}});
        vpc.interfaces.push_back(interface("eni-x" + std::to_string(i), "subnet-prv1", "10.0.5." + std::to_string(i)));
        vpc.interfaces.back().security_groups = {"sg-all", own};
    }
    EXPECT_EQ(group_entries(vpc), 100);
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
