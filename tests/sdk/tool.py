"""What the tests of command-line clients share: a folder for each test, files to carry, and the client run with root's keys."""
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import server
from server import ServerTest


def needs(*tools):
    """Skips the whole file, loudly, where a tool is missing: it is in Debian, `make test` installs it."""
    for tool in tools:
        if not shutil.which(tool):
            print(f"SKIPPED: {tool} is not installed", file=sys.stderr)
            sys.exit(77)


def digests(folder):
    """{relative path: SHA-256} of all files below."""
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in pathlib.Path(folder).rglob("*") if path.is_file()}


def fill(folder, sizes):
    """Random files of these sizes, in a tree, with names that need encoding."""
    for number, size in enumerate(sizes):
        path = pathlib.Path(folder, f"d{number % 3}", f"ö file {number} +&=%.bin")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.urandom(size))


class ClientTest(ServerTest):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        self.bucket = self._testMethodName.replace("_", "-").removeprefix("test-")[:50].strip("-")
        self.client("s3").create_bucket(Bucket=self.bucket)
        key, secret = self.server.root_keys()
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LC_ALL": "C.UTF-8", "AWS_ACCESS_KEY_ID": key,
                            "AWS_SECRET_ACCESS_KEY": secret, "AWS_DEFAULT_REGION": "us-east-1",
                            "AWS_EC2_METADATA_DISABLED": "true"}

    def run_client(self, *words, fails=False, **options):
        """Its output; the test fails when the client's exit status is another than expected."""
        done = subprocess.run([str(word) for word in words], env=self.environment, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=300, **options)
        text = done.stdout.decode(errors="replace")
        self.assertEqual(done.returncode != 0, fails, text)
        return text

    def keys(self):
        pages = self.client("s3").get_paginator("list_objects_v2").paginate(Bucket=self.bucket)
        return sorted(row["Key"] for page in pages for row in page.get("Contents", []))


main = server.main
