// Bucket policies and the principals they name, over the real IAM: who is deleted or renamed, also where the process ends
// half-way.
#include <thread>

#include "iam/world.h"
#include "s3/support.h"
#include "services/s3/principals.h"

namespace sekisho::s3::test {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string policy_of(const std::string& principal) {
    return R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":")" + principal +
           R"("},"Action":"s3:GetObject","Resource":"arn:aws:s3:::demo-bucket/*"}]})";
}

Task<void> follow(S3* s3, iam::PrincipalChange change, std::function<bool()> still) {
    co_await follow_principal(*s3, change.arn, change.now, std::move(still));
}

// What a start does with both services.
void join(iam::World& people, World& w) {
    people.iam->on_principal_change = [s3 = &w.s3](iam::PrincipalChange change, std::function<bool()> still) {
        return follow(s3, std::move(change), std::move(still));
    };
    w.principals.instead = [&people](std::string_view principal) { return people.directory->principal_exists(principal); };
}

class Followed : public testing::Test {
   protected:
    void SetUp() override {
        join(people, w);
        w.make_bucket("demo-bucket");
        id = people.call("Action=CreateUser&UserName=alice").element("UserId");
        ASSERT_EQ(w.put("/demo-bucket?policy", policy_of(alice)).status, 204);
    }
    std::string policy() { return w.get("/demo-bucket?policy").body; }
    const std::string alice = "arn:aws:iam::123456789012:user/alice";
    std::string id;
    iam::World people;
    World w;
};

TEST_F(Followed, a_deleted_user_is_named_by_its_id_and_nothing_is_left_to_follow) {
    EXPECT_EQ(people.call("Action=DeleteUser&UserName=alice").status, 200);
    EXPECT_THAT(policy(), HasSubstr(id));
    EXPECT_THAT(policy(), Not(HasSubstr(alice)));
    EXPECT_EQ(people.directory->read(iam::home)->principal_changes.size(), 0u);
}

TEST_F(Followed, a_renamed_user_is_named_by_the_new_arn) {
    EXPECT_EQ(people.call("Action=UpdateUser&UserName=alice&NewUserName=alina&NewPath=/x/").status, 200);
    EXPECT_EQ(policy(), policy_of("arn:aws:iam::123456789012:user/x/alina"));
}

TEST_F(Followed, a_process_that_ends_between_the_deletion_and_the_policies_goes_on_at_its_next_start) {
    w.tables->before_commit("bucket/demo-bucket", [] { throw Fault("killed"); });
    EXPECT_THROW(people.call("Action=DeleteUser&UserName=alice"), Fault);
    EXPECT_EQ(people.call("Action=GetUser&UserName=alice").code(), "NoSuchEntity");
    EXPECT_EQ(policy(), policy_of(alice));

    people.open();
    World started(w);
    join(people, started);
    sync_wait(people.iam->follow_principal_changes());
    EXPECT_THAT(started.get("/demo-bucket?policy").body, HasSubstr(id));
    EXPECT_EQ(people.call("Action=CreateUser&UserName=alice").status, 200);
    EXPECT_THAT(started.get("/demo-bucket?policy").body, HasSubstr(id)) << "the new one gets nothing";
    people.open();
    EXPECT_EQ(people.directory->read(iam::home)->principal_changes.size(), 0u);
}

TEST_F(Followed, a_user_of_a_name_whose_policies_have_not_followed_is_made_only_after_they_have) {
    w.tables->before_commit("bucket/demo-bucket", [] { throw Fault("no space"); });
    EXPECT_THROW(people.call("Action=DeleteUser&UserName=alice"), Fault);
    w.tables->before_commit("bucket/demo-bucket", [] { throw Fault("no space"); });
    EXPECT_THROW(people.call("Action=CreateUser&UserName=alice"), Fault);
    EXPECT_EQ(people.call("Action=GetUser&UserName=alice").code(), "NoSuchEntity");
    EXPECT_EQ(people.call("Action=CreateUser&UserName=alice").status, 200);
    EXPECT_THAT(policy(), HasSubstr(id));
}

TEST_F(Followed, a_user_renamed_twice_is_followed_through_both_names) {
    w.tables->before_commit("bucket/demo-bucket", [] { throw Fault("no space"); });
    EXPECT_THROW(people.call("Action=UpdateUser&UserName=alice&NewUserName=b"), Fault);
    EXPECT_EQ(people.call("Action=UpdateUser&UserName=b&NewUserName=c").status, 200);
    EXPECT_EQ(policy(), policy_of("arn:aws:iam::123456789012:user/c"));
}

TEST_F(Followed, trust_policies_of_another_account_follow_at_the_next_start) {
    people.call(people.root_abroad(), "Action=CreateRole&RoleName=r&AssumeRolePolicyDocument=" +
                                          percent_encode(iam::trust_of(R"({"AWS":")" + alice + R"("})")));
    people.iam->on_principal_change = [](iam::PrincipalChange, std::function<bool()>) -> Task<void> { throw Fault("killed"); };
    EXPECT_THROW(people.call("Action=DeleteUser&UserName=alice"), Fault);
    people.open();
    join(people, w);
    sync_wait(people.iam->follow_principal_changes());
    EXPECT_TRUE(people.call(people.root_abroad(), "Action=GetRole&RoleName=r").has(id));
    EXPECT_THAT(policy(), HasSubstr(id));
}

TEST_F(Followed, a_policy_that_was_checked_before_its_principal_was_deleted_is_refused) {
    ASSERT_EQ(w.remove("/demo-bucket?policy").status, 204);
    int asked = 0;
    w.principals.instead = [&](std::string_view) { return ++asked == 1; };  // deleted after it was looked at
    Answer put = w.put("/demo-bucket?policy", policy_of(alice));
    EXPECT_EQ(put.code(), "MalformedPolicy");
    EXPECT_EQ(put.message(), "Invalid principal in policy");
    EXPECT_EQ(w.get("/demo-bucket?policy").code(), "NoSuchBucketPolicy");
}

TEST_F(Followed, a_policy_that_is_being_written_while_its_principal_is_deleted_follows) {
    ASSERT_EQ(w.remove("/demo-bucket?policy").status, 204);
    std::thread deletion;
    w.tables->before_commit("bucket/demo-bucket", [&] {
        deletion = std::thread([&] { EXPECT_EQ(people.call("Action=DeleteUser&UserName=alice").status, 200); });
        // It is visible in IAM before the policy is in the table, and in no snapshot of the buckets.
        while (people.directory->principal_exists(alice)) std::this_thread::yield();
    });
    EXPECT_EQ(w.put("/demo-bucket?policy", policy_of(alice)).status, 204);
    deletion.join();
    EXPECT_THAT(policy(), HasSubstr(id));
}

}  // namespace
}  // namespace sekisho::s3::test
