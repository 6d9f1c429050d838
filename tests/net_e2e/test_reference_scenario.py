"""The bucket that only VPC 1 can reach: from instances, by the unmodified AWS CLI, with real packets."""
import unittest

import lab
import scenario
from lab import BUCKET, LabTest


class ReferenceScenario(LabTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.made = scenario.build(cls.clients, BUCKET)
        cls.one, cls.two = cls.made["vpc1"]["instance"], cls.made["vpc2"]["instance"]

    def test_vpc_1_lists_buckets_lists_the_bucket_and_downloads(self):
        self.works(self.inside(self.one, "aws", "s3", "ls"), BUCKET)
        self.works(self.inside(self.one, "aws", "s3", "ls", f"s3://{BUCKET}"), "dummy.txt")
        self.works(self.inside(self.one, "aws", "s3", "cp", f"s3://{BUCKET}/dummy.txt", "-"), "Hello dummy file!")

    def test_vpc_2_lists_buckets_and_is_denied_the_bucket_in_exactly_awss_words(self):
        self.works(self.inside(self.two, "aws", "s3", "ls"), BUCKET)
        self.denied(
            self.inside(self.two, "aws", "s3", "ls", f"s3://{BUCKET}"),
            f"An error occurred (AccessDenied) when calling the ListObjectsV2 operation: User: arn:aws:sts::123456789012:"
            f"assumed-role/ec2_s3access_role/{self.two} is not authorized to perform: s3:ListBucket on resource: "
            f'"arn:aws:s3:::{BUCKET}" with an explicit deny in a resource-based policy')

    def test_the_user_and_root_work_from_outside(self):
        key = self.clients.iam.create_access_key(UserName=scenario.ADMIN)["AccessKey"]
        user = self.client("s3", keys=(key["AccessKeyId"], key["SecretAccessKey"]))
        self.assertEqual([entry["Key"] for entry in user.list_objects_v2(Bucket=BUCKET)["Contents"]], ["dummy.txt"])
        root = self.client("s3")
        self.assertEqual(root.get_object(Bucket=BUCKET, Key="dummy.txt")["Body"].read(), b"Hello dummy file!")

    def test_another_user_with_all_s3_rights_is_denied_from_outside(self):
        iam = self.clients.iam
        iam.create_user(UserName="somebody")
        iam.attach_user_policy(UserName="somebody", PolicyArn="arn:aws:iam::aws:policy/AmazonS3FullAccess")
        key = iam.create_access_key(UserName="somebody")["AccessKey"]
        s3 = self.client("s3", keys=(key["AccessKeyId"], key["SecretAccessKey"]))
        error = self.assertApiError("AccessDenied", s3.list_objects_v2, Bucket=BUCKET)
        self.assertIn("with an explicit deny in a resource-based policy", error["Error"]["Message"])

    def test_the_audit_log_names_the_endpoint_and_the_private_address_of_a_denied_request(self):
        self.denied(self.inside(self.two, "aws", "s3", "ls", f"s3://{BUCKET}"))
        line = lab.wait_for(lambda: self.audit(eventName="ListObjectsV2", errorCode="AccessDenied",
                                               vpcEndpointId=self.made["vpc2"]["endpoint"]), "the audit line")[-1]
        address = self.vpc_status(self.made["vpc2"]["vpc"])["Instances"][0]["PrivateIp"]
        self.assertEqual(line["sourceIPAddress"], address)
        self.assertEqual(line["userIdentity"]["arn"],
                         f"arn:aws:sts::123456789012:assumed-role/ec2_s3access_role/{self.two}")

    def test_why_names_the_statement_and_the_endpoint_that_was_missing(self):
        self.denied(self.inside(self.two, "aws", "s3", "ls", f"s3://{BUCKET}"))
        line = lab.wait_for(lambda: self.audit(eventName="ListObjectsV2", errorCode="AccessDenied",
                                               vpcEndpointId=self.made["vpc2"]["endpoint"]), "the audit line")[-1]
        done = self.server.command("why", line["requestID"])
        self.assertEqual(done.returncode, 0, done.stderr)
        for part in ("OnlyFromVpc1", self.made["vpc1"]["endpoint"], self.made["vpc2"]["endpoint"], self.two):
            self.assertIn(part, done.stdout)


if __name__ == "__main__":
    lab.skip_without_lab()
    unittest.main(verbosity=2, warnings="ignore")
