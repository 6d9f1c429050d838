"""The reference scenario in Terraform, unchanged: applies, plans empty, destroys clean. Skips loudly where there is no Terraform with
the AWS provider in a plugin mirror (TF_PLUGIN_MIRROR, or /opt/tf-plugins)."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

import lab
from lab import LabTest

HERE = pathlib.Path(__file__).resolve()
FOLDER = HERE.parents[2] / "examples/vpc-only-bucket/terraform"
MIRROR = os.environ.get("TF_PLUGIN_MIRROR", "/opt/tf-plugins")


def skip_without_terraform():
    if not shutil.which("terraform") or not list(pathlib.Path(MIRROR).glob("**/terraform-provider-aws*")):
        print(f"SKIPPED: Terraform with the AWS provider in a plugin mirror is not on this machine (looked in {MIRROR})")
        sys.exit(77)


class Terraform(LabTest):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sekisho-terraform-"))
        self.addCleanup(shutil.rmtree, self.folder, True)
        shutil.copytree(FOLDER, self.folder / "root", ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*"))
        (self.folder / "cli.tfrc").write_text(f'provider_installation {{ filesystem_mirror {{ path = "{MIRROR}" }} }}')
        key, secret = self.server.root_keys()
        self.environment = {
            **os.environ, "TF_CLI_CONFIG_FILE": str(self.folder / "cli.tfrc"), "AWS_ENDPOINT_URL": self.server.url,
            "AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret, "AWS_REGION": "us-east-1", "CHECKPOINT_DISABLE": "1",
            "AWS_EC2_METADATA_DISABLED": "true"}
        self.terraform("init", "-input=false", "-no-color")

    def terraform(self, *words, expect=0):
        done = subprocess.run(["terraform", f"-chdir={self.folder / 'root'}", *words], env=self.environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=400)
        self.assertEqual(done.returncode, expect, done.stdout[-6000:])
        return done.stdout

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
        out = self.terraform("apply", "-auto-approve", "-input=false", "-no-color")
        print(f"terraform apply: {time.monotonic() - started:.1f} s")
        self.assertRegex(out, r"Apply complete! Resources: 4\d added, 0 changed, 0 destroyed\.")
        plan = self.terraform("plan", "-input=false", "-no-color", "-detailed-exitcode")
        self.assertIn("No changes.", plan)

        outputs = json.loads(self.terraform("output", "-json"))
        one, two = outputs["vpc1"]["value"], outputs["vpc2"]["value"]
        bucket = outputs["bucket"]["value"]
        self.works(self.inside(one["instance"], "aws", "s3", "cp", f"s3://{bucket}/dummy.txt", "-"), "Hello dummy file!")
        self.denied(self.inside(two["instance"], "aws", "s3", "ls", f"s3://{bucket}"),
                    "with an explicit deny in a resource-based policy")

        self.terraform("destroy", "-auto-approve", "-input=false", "-no-color")
        self.assertEqual(self.state_of_account(), before)
        self.assertEqual(self.status_of_kernel(), ({}, {}))

    def status_of_kernel(self):
        """Counters of what the lab holds: endpoints and NAT gateways."""
        status = self.status()
        return ({row["Id"]: row for vpc in status["Vpcs"] for row in vpc["Endpoints"]},
                {row["Id"]: row for vpc in status["Vpcs"] for row in vpc["NatGateways"]})


if __name__ == "__main__":
    lab.skip_without_lab()
    skip_without_terraform()
    unittest.main(verbosity=2, warnings="ignore")
