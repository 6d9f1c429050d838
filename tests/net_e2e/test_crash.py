"""SIGKILL of each process: nothing acknowledged is lost, nothing is left behind, the next start serves the same."""
import os
import pathlib
import signal
import subprocess
import unittest

import lab
import scenario
from lab import BUCKET, LabTest


def children(pid):
    """Every process below pid, by /proc."""
    tree = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                tree.setdefault(int(fields[1]), []).append(int(entry.name))
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                pass
    found, queue = [], [pid]
    while queue:
        for child in tree.get(queue.pop(), []):
            found.append(child)
            queue.append(child)
    return found


def role_of(pid):
    words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    return words[words.index(b"--role") + 1].decode() if b"--role" in words else None


class Crash(LabTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.made = scenario.build(cls.clients, BUCKET)

    def serves_the_same(self):
        instance = self.made["vpc1"]["instance"]
        lab.wait_for(lambda: self.inside(instance, "true").returncode == 0, "the instance of VPC 1")
        self.works(self.inside(instance, "cat", "/root/kept"), "kept")
        self.works(self.inside(instance, "aws", "s3", "ls", f"s3://{BUCKET}"), "dummy.txt")
        self.denied(self.inside(self.made["vpc2"]["instance"], "aws", "s3", "ls", f"s3://{BUCKET}"))
        self.assertIn(scenario.ADMIN, [user["UserName"] for user in self.clients.iam.list_users()["Users"]])

    def process(self, role):
        return next(pid for pid in children(self.server.process.pid) if role_of_or_none(pid) == role)

    def refresh_clients(self):
        key, secret = self.server.root_keys()
        self.clients = scenario.Clients(endpoint_url=self.server.url, region_name="us-east-1", aws_access_key_id=key,
                                        aws_secret_access_key=secret)

    def setUp(self):
        self.refresh_clients()
        instance = self.made["vpc1"]["instance"]
        self.works(self.shell(instance, "echo kept > /root/kept; sync"))

    def test_the_lab_is_started_again_and_rebuilt(self):
        before = self.process("lab")
        os.kill(before, signal.SIGKILL)
        lab.wait_for(lambda: any(role_of_or_none(pid) == "lab" and pid != before for pid in children(self.server.process.pid)),
                     "another lab")
        self.serves_the_same()

    def test_the_gate_is_started_again_with_everything_acknowledged(self):
        self.clients.s3.put_object(Bucket=BUCKET, Key="acknowledged", Body=b"x" * 100_000)
        os.kill(self.process("gate"), signal.SIGKILL)
        lab.wait_for(lambda: answers(self.server.url), "the gate to answer again")
        self.assertEqual(self.clients.s3.get_object(Bucket=BUCKET, Key="acknowledged")["Body"].read(), b"x" * 100_000)
        self.clients.s3.delete_object(Bucket=BUCKET, Key="acknowledged")
        self.serves_the_same()

    def test_the_supervisors_end_is_everybodys_end_and_the_next_start_serves_the_same(self):
        everybody = children(self.server.process.pid)
        mounts = pathlib.Path("/proc/self/mountinfo").read_text()
        links = subprocess.run(["ip", "-o", "link"], capture_output=True, text=True).stdout
        self.server.stop(signal.SIGKILL)
        lab.wait_for(lambda: not [pid for pid in everybody if pathlib.Path(f"/proc/{pid}").exists()], "the end of every process")
        self.assertEqual(pathlib.Path("/proc/self/mountinfo").read_text(), mounts)
        self.assertEqual(subprocess.run(["ip", "-o", "link"], capture_output=True, text=True).stdout, links)
        self.server.start()
        self.refresh_clients()
        self.serves_the_same()


def role_of_or_none(pid):
    try:
        return role_of(pid)
    except (FileNotFoundError, ProcessLookupError):
        return None


def answers(url):
    done = subprocess.run(["curl", "-s", "-o", "/dev/null", f"{url}/_sekisho/health"], capture_output=True)
    return done.returncode == 0


if __name__ == "__main__":
    lab.skip_without_lab()
    unittest.main(verbosity=2, warnings="ignore")
