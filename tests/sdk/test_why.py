"""A denial of a real AWS CLI session, explained end to end: the request id that the CLI prints, into `sekisho why`."""
import json
import os
import pathlib
import re
import subprocess
import tempfile

import server
from server import Server, ServerTest
from test_static_network import free_port
import scenario_policy


class Why(ServerTest):
    aws_command = ["/usr/bin/aws"]

    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="sekisho-why-"))
        cls.one, cls.two = free_port(), free_port()
        (folder / "network.toml").write_text("".join(f"""
            [[listener]]
            address = "127.0.0.1:{port}"
            endpoint = "vpce-{digit * 17}"
            vpc = "vpc-{digit * 17}"
            """ for port, digit in ((cls.one, "1"), (cls.two, "2"))))
        cls.server = Server("--config", folder / "network.toml", network="static")
        cls.addClassCleanup(cls.server.remove)
        root, iam = cls.server.client("s3"), cls.server.client("iam")
        root.create_bucket(Bucket="closed")
        iam.create_user(UserName="admin")
        iam.create_user(UserName="somebody")
        iam.attach_user_policy(UserName="somebody", PolicyArn="arn:aws:iam::aws:policy/AmazonS3FullAccess")
        key = iam.create_access_key(UserName="somebody")["AccessKey"]
        cls.keys = key["AccessKeyId"], key["SecretAccessKey"]
        root.put_bucket_policy(Bucket="closed", Policy=scenario_policy.only_from("closed", "vpce-11111111111111111"))

    def aws(self, port, *words):
        """The CLI's exit status and everything that it printed."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.server.data), "AWS_DEFAULT_REGION": "us-east-1",
                       "AWS_ACCESS_KEY_ID": self.keys[0], "AWS_SECRET_ACCESS_KEY": self.keys[1], "AWS_EC2_METADATA_DISABLED": "true"}
        done = subprocess.run([*self.aws_command, "--endpoint-url", f"http://127.0.0.1:{port}", "--debug", *words],
                              env=environment, capture_output=True, text=True, timeout=120)
        return done.returncode, done.stdout + done.stderr

    def request_id(self, printed):
        return re.findall(r"'x-amz-request-id': '([A-Z0-9]{16})'", printed)[-1]

    def why(self, *words):
        done = self.server.command("why", *words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_the_id_of_a_denied_call_leads_to_the_endpoint_that_was_missing(self):
        status, printed = self.aws(self.two, "s3api", "list-objects-v2", "--bucket", "closed")
        self.assertNotEqual(status, 0)
        self.assertIn("with an explicit deny in a resource-based policy", printed)
        text = self.why(self.request_id(printed))
        self.assertIn("through VPC endpoint vpce-22222222222222222 of vpc-22222222222222222", text)
        self.assertIn("It would be allowed if the request came by endpoint vpce-11111111111111111 of vpc-11111111111111111.", text)
        self.assertIn("explicit deny in bucket policy of closed, statement 1 (OnlyFromOneVpc), line 1", text)
        self.assertIn("StringNotEquals aws:sourceVpce [vpce-11111111111111111]: is vpce-22222222222222222", text)

    def test_what_it_says_would_help_does_help(self):
        status, printed = self.aws(self.one, "s3api", "list-objects-v2", "--bucket", "closed")
        self.assertEqual(status, 0, printed)
        text = self.why(self.request_id(printed))
        self.assertIn("allowed in arn:aws:iam::aws:policy/AmazonS3FullAccess, statement 1", text)
        self.assertIn("It would be denied if the request came by no VPC endpoint", text)

    def test_from_outside_the_key_is_absent(self):
        status, printed = self.aws(self.server.info["port"], "s3api", "head-bucket", "--bucket", "closed")
        self.assertNotEqual(status, 0)
        explained = json.loads(self.why("--json", self.request_id(printed)))
        deny = next(p for p in explained["questions"][0]["policies"] if p["type"] == "resource-based policy")
        self.assertIsNone(deny["statements"][0]["conditions"][0]["actual"])
        self.assertEqual(explained["questions"][0]["differ"],
                         "It would be allowed if the request came by endpoint vpce-11111111111111111 of vpc-11111111111111111.")


if __name__ == "__main__":
    server.main()
