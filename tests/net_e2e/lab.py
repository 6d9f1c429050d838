"""What tests with a real lab share: a server with --network lab, and commands inside its instances."""
import json
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "examples/vpc-only-bucket"))

import scenario  # noqa: E402
from server import Server, ServerTest  # noqa: E402

BUCKET = "vpc1-only-bucket"


def skip_without_lab():
    """Exit status 77 (skipped) where unprivileged user namespaces are refused, with the reason."""
    probe = subprocess.run(["unshare", "-Urn", "true"], capture_output=True, text=True)
    if probe.returncode != 0:
        print(f"SKIPPED: this machine refuses user namespaces, so there is no lab: {probe.stderr.strip()}")
        sys.exit(77)


def wait_for(condition, what, seconds=30):
    """Polls until condition() is true and returns its value; fails with `what` after a bounded time."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s for {what}")
        time.sleep(0.05)


class LabTest(ServerTest):
    network = "lab"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        key, secret = cls.server.root_keys()
        cls.clients = scenario.Clients(endpoint_url=cls.server.url, region_name="us-east-1", aws_access_key_id=key,
                                       aws_secret_access_key=secret)

    def inside(self, instance, *words, timeout=60):
        """Runs a command in the instance; the finished process."""
        return self.server.command("session", instance, "--", *words, timeout=timeout, stdin=subprocess.DEVNULL)

    def shell(self, instance, line, timeout=60):
        return self.inside(instance, "sh", "-c", line, timeout=timeout)

    def works(self, done, expect=""):
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn(expect, done.stdout)
        return done.stdout

    def denied(self, done, expect="AccessDenied"):
        self.assertNotEqual(done.returncode, 0, "this should have been denied: " + done.stdout)
        self.assertIn(expect, done.stderr)
        return done.stderr

    def audit(self, **fields):
        """The audit lines in which all these fields have these values, oldest first."""
        lines = []
        for file in sorted((self.server.data / "audit").glob("*.jsonl")):
            lines += [json.loads(line) for line in file.read_text().splitlines()]
        return [line for line in lines if all(line.get(name) == value for name, value in fields.items())]

    def status(self):
        done = self.server.command("status", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def vpc_status(self, vpc):
        return next(row for row in self.status()["Vpcs"] if row["Id"] == vpc)
