"""Debian's AWS CLI against the API port: the usual round trip, a multipart upload, sync both ways, exit statuses."""
import os
import pathlib
import subprocess
import tempfile

import server
from server import ServerTest


class AwsCli(ServerTest):
    aws_command = ["/usr/bin/aws"]

    def aws(self, *words, fails=False, **options):
        key, secret = self.server.root_keys()
        environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret,
                       "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true", "AWS_PAGER": "",
                       **options.pop("environment", {})}
        done = subprocess.run([*self.aws_command, "--endpoint-url", self.server.url, *words], env=environment, capture_output=True,
                              timeout=120, **options)
        self.assertEqual(done.returncode != 0, fails, (done.stdout + done.stderr).decode())
        return (done.stderr if fails else done.stdout).decode()

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def test_a_file_of_20_mib_goes_up_in_parts_and_comes_back_the_same(self):
        source, back = self.folder / "source", self.folder / "back"
        source.write_bytes(os.urandom(20 << 20))
        self.aws("s3", "mb", "s3://cli-parts")
        self.aws("s3", "cp", str(source), "s3://cli-parts/big")
        self.assertIn("-3", self.aws("s3api", "head-object", "--bucket", "cli-parts", "--key", "big", "--query", "ETag"))
        self.aws("s3", "cp", "s3://cli-parts/big", str(back))
        self.assertEqual(back.read_bytes(), source.read_bytes())

    def test_sync_goes_both_ways_and_deletes_what_is_gone(self):
        up, down = self.folder / "up", self.folder / "down"
        up.mkdir()
        for number in range(30):
            (up / f"ö file {number} +&.txt").write_bytes(os.urandom(number * 100))
        self.aws("s3", "mb", "s3://cli-sync")
        self.aws("s3", "sync", str(up), "s3://cli-sync/p")
        self.aws("s3", "sync", "s3://cli-sync/p", str(down))
        self.assertEqual({one.name: one.read_bytes() for one in down.iterdir()}, {one.name: one.read_bytes() for one in up.iterdir()})
        (up / "ö file 3 +&.txt").unlink()
        self.aws("s3", "sync", "--delete", str(up), "s3://cli-sync/p")
        self.assertEqual(len(self.aws("s3", "ls", "s3://cli-sync/p/").splitlines()), 29)

    def test_sync_of_5000_files_goes_both_ways(self):
        up, down = self.folder / "up", self.folder / "down"
        for number in range(5000):
            path = up / f"{number % 50:02}" / f"{number}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"%d " % number * (number % 40))
        self.aws("s3", "mb", "s3://cli-many")
        self.aws("s3", "sync", "--only-show-errors", str(up), "s3://cli-many")
        self.aws("s3", "sync", "--only-show-errors", "s3://cli-many", str(down))
        for path in up.rglob("*"):
            if path.is_file():
                self.assertEqual((down / path.relative_to(up)).read_bytes(), path.read_bytes())
        self.assertEqual(self.aws("s3", "sync", str(up), "s3://cli-many"), "")

    def test_mv_rm_and_rb_leave_nothing(self):
        (self.folder / "one").write_text("one")
        self.aws("s3", "mb", "s3://cli-gone")
        self.aws("s3", "cp", str(self.folder / "one"), "s3://cli-gone/a")
        self.aws("s3", "mv", "s3://cli-gone/a", "s3://cli-gone/b")
        self.assertNotIn(" a\n", self.aws("s3", "ls", "s3://cli-gone"))
        self.assertIn("BucketNotEmpty", self.aws("s3", "rb", "s3://cli-gone", fails=True))
        self.aws("s3", "rb", "--force", "s3://cli-gone")
        self.assertNotIn("cli-gone", self.aws("s3", "ls"))

    def test_a_wrong_secret_is_told_in_awss_words(self):
        out = self.aws("sts", "get-caller-identity", fails=True, environment={"AWS_SECRET_ACCESS_KEY": "wrong"})
        self.assertIn("SignatureDoesNotMatch", out)
        out = self.aws("s3", "ls", fails=True, environment={"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE"})
        self.assertIn("InvalidAccessKeyId", out)

    def test_sekisho_aws_needs_no_setting(self):
        done = self.server.command("aws", "sts", "get-caller-identity", env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"})
        self.assertIn("arn:aws:iam::123456789012:root", done.stdout, done.stderr)

    def test_the_lines_of_sekisho_env_set_up_a_shell(self):
        line = f'eval "$({server.BINARY} env --data {self.server.data})" && aws s3 mb s3://by-env && aws s3 ls'
        done = subprocess.run(["sh", "-c", line], env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}, capture_output=True, text=True)
        self.assertIn("by-env", done.stdout, done.stderr)


if __name__ == "__main__":
    server.main()
