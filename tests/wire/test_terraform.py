"""Terraform manages accounts, their policies, buckets with all that decides who gets in, and access points."""
import json
import pathlib

import server
import terraform
from server import ServerTest

FOLDER = pathlib.Path(__file__).resolve().parent / "accounts_and_buckets"


class Terraform(ServerTest):
    def test_apply_creates_everything_the_second_plan_is_empty_and_destroy_leaves_nothing(self):
        root = terraform.Root(self, FOLDER)
        root.apply()
        root.plans_nothing()
        outputs = json.loads(root("output", "-json"))
        self.assertIs(outputs["may_read"]["value"], True)
        self.assertEqual(outputs["accounts"]["value"], ["Management", "data"])

        s3 = self.client("s3")
        self.assertEqual(s3.get_object(Bucket="terraform-reports", Key="2026/first.txt")["Body"].read(), b"first")
        self.assertEqual(s3.get_bucket_versioning(Bucket="terraform-reports")["Status"], "Enabled")
        self.assertFalse(s3.get_bucket_policy_status(Bucket="terraform-reports")["PolicyStatus"]["IsPublic"])

        root.destroy()
        self.assertEqual(s3.list_buckets()["Buckets"], [])
        self.assertEqual(self.client("iam").list_users()["Users"], [])
        self.assertApiError("AWSOrganizationsNotInUseException", self.client("organizations").describe_organization)


if __name__ == "__main__":
    terraform.skip_without_terraform()
    server.main()
