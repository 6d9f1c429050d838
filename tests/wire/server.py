"""A sekisho server for one test file: a free port, a data folder of its own, ended with the test.

    class Listing(ServerTest):
        def test_an_empty_bucket_lists_nothing(self):
            s3 = self.client("s3")
"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

import boto3
import botocore.config
import botocore.exceptions

BINARY = os.environ.get("SEKISHO", str(pathlib.Path(__file__).resolve().parents[2] / "build/release/sekisho"))


class Server:
    """`sekisho serve` on 127.0.0.1 with a port of the kernel's choice; ready when the constructor returns."""

    def __init__(self, *flags, data=None, network="none"):
        self.data = pathlib.Path(data or tempfile.mkdtemp(prefix="sekisho-test-"))
        self.flags, self.network, self.process = flags, network, None
        self.start()

    def start(self):
        started = time.monotonic()
        read, write = os.pipe()
        log = open(self.data.with_suffix(".log"), "ab")
        self.process = subprocess.Popen(
            [BINARY, "serve", "--data", self.data, "--listen", "127.0.0.1:0", "--network", self.network,
             "--ready-fd", str(write), *self.flags],
            pass_fds=[write], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        log.close()
        os.close(write)
        with os.fdopen(read) as ready:
            if not ready.readline():  # the end: it could not start
                raise RuntimeError("the server did not start:\n" + self.log())
        self.ready_seconds = time.monotonic() - started
        self.info = json.loads((self.data / "server.json").read_text())
        self.url = f"http://{self.info['host']}:{self.info['port']}"

    def log(self):
        return self.data.with_suffix(".log").read_text(errors="replace")

    def root_keys(self):
        pairs = (line.split(" = ", 1) for line in (self.data / "root-credentials").read_text().splitlines() if " = " in line)
        keys = dict(pairs)
        return keys["aws_access_key_id"], keys["aws_secret_access_key"]

    def client(self, service, keys=None, region=None, config=None, session_token=None, url=None):
        key, secret = keys or self.root_keys()
        settings = botocore.config.Config(s3={"addressing_style": "path"}, retries={"max_attempts": 0}, parameter_validation=True)
        return boto3.session.Session().client(
            service, endpoint_url=url or self.url, region_name=region or self.info["region"], aws_access_key_id=key,
            aws_secret_access_key=secret, aws_session_token=session_token,
            config=settings.merge(config) if config else settings)

    def command(self, *words, **options):
        """Runs `sekisho WORDS…` against this server; the finished process with its text output."""
        return subprocess.run([BINARY, words[0], "--data", self.data, *words[1:]], capture_output=True, text=True, **options)

    def stop(self, how=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
        if self.process:
            self.process.wait(timeout=30)

    def remove(self):
        self.stop()
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.with_suffix(".log").unlink(missing_ok=True)


def wait_for(condition, seconds=30):
    """Until it is true; an error when that takes too long."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("waited in vain")
        time.sleep(0.02)


class ServerTest(unittest.TestCase):
    """One server for all tests of the class."""
    flags = ()
    network = "none"

    @classmethod
    def setUpClass(cls):
        cls.server = Server(*cls.flags, network=cls.network)
        cls.addClassCleanup(cls.server.remove)

    def client(self, service, **options):
        return self.server.client(service, **options)

    def assertApiError(self, code, call, *arguments, **parameters):
        """The call must fail with this code; returns the error's response."""
        with self.assertRaises(botocore.exceptions.ClientError) as caught:
            call(*arguments, **parameters)
        self.assertEqual(caught.exception.response["Error"]["Code"], code, caught.exception)
        return caught.exception.response


def main():
    unittest.main(verbosity=2, warnings="ignore")
