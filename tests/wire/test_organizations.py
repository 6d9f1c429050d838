"""Several accounts in one server: an organisation, its policies, and what they mean for S3, IAM, EC2 and STS."""
import json
import time

import server
from server import ServerTest


class Organizations(ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.organizations = cls.server.client("organizations")
        cls.organization = cls.organizations.create_organization(FeatureSet="ALL")["Organization"]["Id"]
        cls.root = cls.organizations.list_roots()["Roots"][0]["Id"]
        for kind in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"):
            cls.organizations.enable_policy_type(RootId=cls.root, PolicyType=kind)
        # Root may not assume roles.
        iam = cls.server.client("iam")
        iam.create_user(UserName="administrator")
        iam.attach_user_policy(UserName="administrator", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
        key = iam.create_access_key(UserName="administrator")["AccessKey"]
        cls.administrator = key["AccessKeyId"], key["SecretAccessKey"]

    def account(self, name):
        asked = self.organizations.create_account(AccountName=name, Email=f"{name}@example.com")["CreateAccountStatus"]
        status = self.organizations.describe_create_account_status(CreateAccountRequestId=asked["Id"])["CreateAccountStatus"]
        self.assertEqual(status["State"], "SUCCEEDED")
        return status["AccountId"]

    def inside(self, account, service):
        """A client with the credentials of the account's OrganizationAccountAccessRole."""
        sts = self.client("sts", keys=self.administrator)
        given = sts.assume_role(RoleArn=f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole",
                                RoleSessionName="test")["Credentials"]
        return self.client(service, keys=(given["AccessKeyId"], given["SecretAccessKey"]), session_token=given["SessionToken"])

    def policy(self, name, kind, statement, target):
        made = self.organizations.create_policy(
            Name=name, Description="", Type=kind,
            Content=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))["Policy"]["PolicySummary"]
        self.organizations.attach_policy(PolicyId=made["Id"], TargetId=target)
        return made["Id"]

    def test_accounts_do_not_see_each_others_things(self):
        member = self.account("separate")
        self.assertEqual(self.inside(member, "sts").get_caller_identity()["Account"], member)
        self.inside(member, "s3").create_bucket(Bucket="of-separate")
        self.inside(member, "iam").create_user(UserName="bob")
        self.inside(member, "ec2").create_vpc(CidrBlock="10.9.0.0/16")
        mine = [b["Name"] for b in self.client("s3").list_buckets()["Buckets"]]
        self.assertNotIn("of-separate", mine)
        self.assertEqual([b["Name"] for b in self.inside(member, "s3").list_buckets()["Buckets"]], ["of-separate"])
        self.assertApiError("NoSuchEntity", self.client("iam").get_user, UserName="bob")
        cidrs = [v["CidrBlock"] for v in self.client("ec2").describe_vpcs()["Vpcs"]]
        self.assertNotIn("10.9.0.0/16", cidrs)
        self.assertApiError("AccessDenied", self.client("s3").list_objects_v2, Bucket="of-separate")

    def test_a_service_control_policy_holds_in_the_account_and_is_named_and_explained(self):
        member = self.account("controlled")
        s3 = self.inside(member, "s3")
        s3.create_bucket(Bucket="of-controlled")
        policy = self.policy("no-listing", "SERVICE_CONTROL_POLICY",
                             {"Sid": "NoListing", "Effect": "Deny", "Action": "s3:ListBucket", "Resource": "*"}, member)
        error = self.assertApiError("AccessDenied", s3.list_objects_v2, Bucket="of-controlled")
        self.assertTrue(error["Error"]["Message"].endswith("with an explicit deny in a service control policy"), error)
        self.organizations.detach_policy(PolicyId=policy, TargetId=member)
        self.assertEqual(s3.list_objects_v2(Bucket="of-controlled")["KeyCount"], 0)

    def test_a_resource_control_policy_is_a_perimeter_of_the_accounts_buckets(self):
        member = self.account("perimeter")
        s3 = self.inside(member, "s3")
        s3.create_bucket(Bucket="of-perimeter")
        s3.delete_public_access_block(Bucket="of-perimeter")
        s3.put_bucket_policy(Bucket="of-perimeter", Policy=json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "s3:ListBucket",
             "Resource": "arn:aws:s3:::of-perimeter"}]}))
        own = self.client("s3", keys=self.administrator)
        self.assertEqual(own.list_objects_v2(Bucket="of-perimeter")["KeyCount"], 0)
        policy = self.policy("only-endpoint", "RESOURCE_CONTROL_POLICY", {
            "Sid": "Perimeter", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*",
            "Condition": {"StringNotEqualsIfExists": {"aws:VpceOrgID": self.organization}, "Null": {"aws:VpceOrgID": "true"}}}, member)
        error = self.assertApiError("AccessDenied", own.list_objects_v2, Bucket="of-perimeter")
        # The long text is for callers of the same organisation.
        self.assertTrue(error["Error"]["Message"].endswith("with an explicit deny in a resource control policy"), error)
        self.organizations.detach_policy(PolicyId=policy, TargetId=member)

    def test_principal_org_id_opens_a_bucket_to_the_organisation(self):
        member = self.account("reader")
        s3 = self.client("s3")
        s3.create_bucket(Bucket="for-the-org")
        s3.put_bucket_policy(Bucket="for-the-org", Policy=json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": "*", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::for-the-org",
             "Condition": {"StringEquals": {"aws:PrincipalOrgID": self.organization}}}]}))
        self.assertEqual(self.inside(member, "s3").list_objects_v2(Bucket="for-the-org")["KeyCount"], 0)

    def test_everything_is_there_after_a_restart(self):
        member = self.account("lasting")
        self.inside(member, "iam").create_user(UserName="bob")
        self.server.stop()
        self.server.start()
        type(self).organizations = self.server.client("organizations")
        self.assertEqual(self.organizations.describe_organization()["Organization"]["Id"], self.organization)
        self.assertEqual(self.inside(member, "iam").get_user(UserName="bob")["User"]["UserName"], "bob")

    def test_a_denied_ec2_call_carries_a_message_that_only_the_permitted_can_read(self):
        iam = self.client("iam")
        iam.create_user(UserName="nobody")
        key = iam.create_access_key(UserName="nobody")["AccessKey"]
        keys = key["AccessKeyId"], key["SecretAccessKey"]
        error = self.assertApiError("UnauthorizedOperation", self.client("ec2", keys=keys).create_vpc, CidrBlock="10.0.0.0/16")
        encoded = error["Error"]["Message"].split("Encoded authorization failure message: ")[1]
        self.assertApiError("AccessDenied", self.client("sts", keys=keys).decode_authorization_message, EncodedMessage=encoded)
        decoded = json.loads(self.client("sts").decode_authorization_message(EncodedMessage=encoded)["DecodedMessage"])
        self.assertEqual((decoded["allowed"], decoded["explicitDeny"]), (False, False))
        self.assertEqual(decoded["context"]["action"], "ec2:CreateVpc")
        self.assertEqual(decoded["context"]["principal"]["name"], "nobody")

    def test_lookup_events_finds_management_events_and_denials(self):
        iam, cloudtrail = self.client("iam"), self.client("cloudtrail")
        iam.create_user(UserName="looked-up")
        found = cloudtrail.lookup_events(LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "CreateUser"}])["Events"]
        self.assertEqual(found[0]["EventSource"], "iam.amazonaws.com")
        self.assertEqual(found[0]["Username"], "root")
        self.assertLess(abs(found[0]["EventTime"].timestamp() - time.time()), 60)
        self.client("s3").create_bucket(Bucket="looked-at")
        key = iam.create_access_key(UserName="looked-up")["AccessKey"]
        self.assertApiError("AccessDenied", self.client("s3", keys=(key["AccessKeyId"], key["SecretAccessKey"])).list_objects_v2,
                            Bucket="looked-at")
        denied = cloudtrail.lookup_events(LookupAttributes=[{"AttributeKey": "Username", "AttributeValue": "looked-up"}])["Events"]
        self.assertEqual(denied[0]["EventName"], "ListObjectsV2")
        self.assertEqual(json.loads(denied[0]["CloudTrailEvent"])["errorCode"], "AccessDenied")
        self.assertIn({"ResourceType": "AWS::S3::Bucket", "ResourceName": "looked-at"}, denied[0]["Resources"])
        pages = cloudtrail.get_paginator("lookup_events").paginate(PaginationConfig={"PageSize": 1, "MaxItems": 5})
        self.assertEqual(len(pages.build_full_result()["Events"]), 5)
        self.assertApiError("InvalidTimeRangeException", cloudtrail.lookup_events, StartTime=2, EndTime=1)

    def test_the_simulator_answers_by_the_principals_policies(self):
        answer = self.client("iam").simulate_principal_policy(
            PolicySourceArn="arn:aws:iam::123456789012:user/administrator", ActionNames=["s3:GetObject", "ec2:RunInstances"])
        self.assertEqual([r["EvalDecision"] for r in answer["EvaluationResults"]], ["allowed", "allowed"])
        self.assertEqual(answer["EvaluationResults"][0]["MatchedStatements"][0]["SourcePolicyId"], "AdministratorAccess")


if __name__ == "__main__":
    server.main()
