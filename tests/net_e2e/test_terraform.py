"""The reference scenario in Terraform, unchanged: applies, plans empty, destroys clean."""
import json
import pathlib
import time
import unittest

import lab
import terraform
from lab import LabTest

HERE = pathlib.Path(__file__).resolve()
FOLDER = HERE.parents[2] / "examples/vpc-only-bucket/terraform"


class Terraform(LabTest):
    def setUp(self):
        self.terraform = terraform.Root(self, FOLDER)

    def state_of_account(self):
        """What is there that no default VPC has, by kind."""
        ec2, iam, s3 = self.client("ec2"), self.client("iam"), self.client("s3")
        alive = ("pending", "running", "stopping", "stopped", "shutting-down")
        return {
            "vpcs": [vpc["VpcId"] for vpc in ec2.describe_vpcs()["Vpcs"] if not vpc["IsDefault"]],
            "addresses": ec2.describe_addresses()["Addresses"],
            "endpoints": ec2.describe_vpc_endpoints()["VpcEndpoints"],
            "instances": [i["InstanceId"] for r in ec2.describe_instances()["Reservations"] for i in r["Instances"]
                          if i["State"]["Name"] in alive],
            "roles": iam.list_roles()["Roles"], "users": iam.list_users()["Users"],
            "profiles": iam.list_instance_profiles()["InstanceProfiles"],
            "buckets": s3.list_buckets()["Buckets"],
        }

    def test_apply_creates_everything_the_second_plan_is_empty_and_destroy_leaves_nothing(self):
        before = self.state_of_account()
        started = time.monotonic()
        out = self.terraform.apply()
        print(f"terraform apply: {time.monotonic() - started:.1f} s")
        self.assertRegex(out, r"Apply complete! Resources: 4\d added, 0 changed, 0 destroyed\.")
        self.terraform.plans_nothing()

        outputs = json.loads(self.terraform("output", "-json"))
        one, two = outputs["vpc1"]["value"], outputs["vpc2"]["value"]
        bucket = outputs["bucket"]["value"]
        self.works(self.inside(one["instance"], "aws", "s3", "cp", f"s3://{bucket}/dummy.txt", "-"), "Hello dummy file!")
        self.denied(self.inside(two["instance"], "aws", "s3", "ls", f"s3://{bucket}"),
                    "with an explicit deny in a resource-based policy")

        self.terraform.destroy()
        self.assertEqual(self.state_of_account(), before)
        self.assertEqual(self.status_of_kernel(), ({}, {}))

    def status_of_kernel(self):
        """Counters of what the lab holds: endpoints and NAT gateways."""
        status = self.status()
        return ({row["Id"]: row for vpc in status["Vpcs"] for row in vpc["Endpoints"]},
                {row["Id"]: row for vpc in status["Vpcs"] for row in vpc["NatGateways"]})


if __name__ == "__main__":
    lab.skip_without_lab()
    terraform.skip_without_terraform()
    unittest.main(verbosity=2, warnings="ignore")
