"""Encryption at rest by a real server: what lies in its data folder, SSE-C over TLS, master keys from everywhere, rotation."""
import base64
import hashlib
import os
import pathlib
import secrets
import subprocess
import tempfile
import unittest

import boto3
import botocore.config

import server
from server import BINARY, Server, ServerTest

SMALL = b"attack at dawn " * 100
LARGE = b"The quick brown fox jumps over the lazy dog. " * 40_000
KEY = "32 bytes of a key of a customer!"
OTHER = "32 bytes of another customer's.."


def everything_in(folder):
    return b"".join(path.read_bytes() for path in pathlib.Path(folder).rglob("*") if path.is_file())


def new_key():
    return base64.b64encode(secrets.token_bytes(32)).decode()


class Encrypted(ServerTest):
    def setUp(self):
        self.s3 = self.client("s3")
        self.bucket = self._testMethodName.replace("_", "-")[-50:].strip("-")
        self.s3.create_bucket(Bucket=self.bucket)

    def over_tls(self):
        key, secret = self.server.root_keys()
        return boto3.session.Session().client(
            "s3", endpoint_url=self.server.url.replace("http://", "https://"), verify=self.server.info["ca"],
            region_name="us-east-1", aws_access_key_id=key, aws_secret_access_key=secret,
            config=botocore.config.Config(s3={"addressing_style": "path"}, retries={"max_attempts": 0}))

    def test_nothing_of_an_object_is_readable_in_the_data_folder(self):
        for key, body in (("small", SMALL), ("large", LARGE)):
            put = self.s3.put_object(Bucket=self.bucket, Key=key, Body=body)
            self.assertEqual(put["ServerSideEncryption"], "AES256")
            self.assertEqual(put["ETag"], f'"{hashlib.md5(body).hexdigest()}"')
            got = self.s3.get_object(Bucket=self.bucket, Key=key)
            self.assertEqual((got["ServerSideEncryption"], got["Body"].read() == body), ("AES256", True))
            self.assertEqual(self.s3.head_object(Bucket=self.bucket, Key=key)["ServerSideEncryption"], "AES256")
        part = self.s3.get_object(Bucket=self.bucket, Key="large", Range="bytes=65530-131080")
        self.assertEqual(part["Body"].read(), LARGE[65530:131081])
        copy = self.s3.copy_object(Bucket=self.bucket, Key="copy", CopySource={"Bucket": self.bucket, "Key": "large"})
        self.assertEqual(copy["ServerSideEncryption"], "AES256")
        self.assertEqual(self.s3.get_object(Bucket=self.bucket, Key="copy")["Body"].read(), LARGE)
        stored = everything_in(self.server.data)
        self.assertNotIn(b"attack at dawn", stored)
        self.assertNotIn(b"quick brown fox", stored)

    def test_parts_are_encrypted_as_they_come(self):
        first = b"multipart bytes " * (6 << 16)
        upload = self.s3.create_multipart_upload(Bucket=self.bucket, Key="k")
        self.assertEqual(upload["ServerSideEncryption"], "AES256")
        named = {"Bucket": self.bucket, "Key": "k", "UploadId": upload["UploadId"]}
        parts = []
        for number, body in ((1, first), (2, SMALL)):
            part = self.s3.upload_part(PartNumber=number, Body=body, **named)
            self.assertEqual(part["ServerSideEncryption"], "AES256")
            parts.append({"PartNumber": number, "ETag": part["ETag"]})
        self.assertNotIn(b"multipart bytes", everything_in(self.server.data))
        done = self.s3.complete_multipart_upload(MultipartUpload={"Parts": parts}, **named)
        self.assertEqual(done["ServerSideEncryption"], "AES256")
        self.assertEqual(self.s3.get_object(Bucket=self.bucket, Key="k")["Body"].read(), first + SMALL)

    def test_the_master_key_file_is_the_users_alone(self):
        file = self.server.data / "master-key"
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        self.assertIn("rotate-key", file.read_text())

    def test_a_customers_key_is_needed_to_read_and_lies_nowhere(self):
        tls = self.over_tls()
        mine = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": KEY}
        put = tls.put_object(Bucket=self.bucket, Key="k", Body=LARGE, **mine)
        self.assertEqual(put["SSECustomerKeyMD5"], base64.b64encode(hashlib.md5(KEY.encode()).digest()).decode())
        self.assertNotEqual(put["ETag"], f'"{hashlib.md5(LARGE).hexdigest()}"')
        self.assertEqual(tls.get_object(Bucket=self.bucket, Key="k", **mine)["Body"].read(), LARGE)
        self.assertEqual(tls.head_object(Bucket=self.bucket, Key="k", **mine)["ContentLength"], len(LARGE))
        self.assertApiError("InvalidRequest", tls.get_object, Bucket=self.bucket, Key="k")
        self.assertApiError("AccessDenied", tls.get_object, Bucket=self.bucket, Key="k", SSECustomerAlgorithm="AES256",
                            SSECustomerKey=OTHER)
        tls.copy_object(Bucket=self.bucket, Key="c", CopySource={"Bucket": self.bucket, "Key": "k"},
                        CopySourceSSECustomerAlgorithm="AES256", CopySourceSSECustomerKey=KEY,
                        SSECustomerAlgorithm="AES256", SSECustomerKey=OTHER)
        self.assertEqual(tls.get_object(Bucket=self.bucket, Key="c", SSECustomerAlgorithm="AES256",
                                        SSECustomerKey=OTHER)["Body"].read(), LARGE)
        # boto3 alone would refuse to send the key in the clear; the server does not take it either.
        def add_key(request, **_):
            name = "x-amz-server-side-encryption-customer-"
            request.headers[name + "algorithm"] = "AES256"
            request.headers[name + "key"] = base64.b64encode(KEY.encode()).decode()
            request.headers[name + "key-MD5"] = put["SSECustomerKeyMD5"]

        plain = self.client("s3")
        plain.meta.events.register("before-sign.s3.GetObject", add_key)
        refused = self.assertApiError("InvalidArgument", plain.get_object, Bucket=self.bucket, Key="k")
        self.assertIn("secure connection", refused["Error"]["Message"])
        stored = everything_in(self.server.data)
        for secret in (KEY.encode(), base64.b64encode(KEY.encode()), b"quick brown fox"):
            self.assertNotIn(secret, stored)

    def test_the_buckets_encryption_is_what_is_done(self):
        rules = self.s3.get_bucket_encryption(Bucket=self.bucket)["ServerSideEncryptionConfiguration"]["Rules"]
        default = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}
        self.assertEqual(rules, [default])
        self.s3.put_bucket_encryption(Bucket=self.bucket, ServerSideEncryptionConfiguration={
            "Rules": [{**default, "BucketKeyEnabled": True}]})
        rules = self.s3.get_bucket_encryption(Bucket=self.bucket)["ServerSideEncryptionConfiguration"]["Rules"]
        self.assertTrue(rules[0]["BucketKeyEnabled"])
        self.assertApiError("NotImplemented", self.s3.put_bucket_encryption, Bucket=self.bucket,
                            ServerSideEncryptionConfiguration={"Rules": [
                                {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]})
        self.s3.delete_bucket_encryption(Bucket=self.bucket)
        rules = self.s3.get_bucket_encryption(Bucket=self.bucket)["ServerSideEncryptionConfiguration"]["Rules"]
        self.assertEqual(rules, [default])
        self.assertApiError("NotImplemented", self.s3.put_object, Bucket=self.bucket, Key="k", Body=b"",
                            ServerSideEncryption="aws:kms")


class MasterKeys(unittest.TestCase):
    """Servers that are stopped and started again on one data folder."""

    def start(self, *flags, data=None, env=None):
        before = dict(os.environ)
        os.environ.update(env or {})
        try:
            started = Server(*flags, data=data)
        finally:
            os.environ.clear()
            os.environ.update(before)
        self.addCleanup(started.remove)
        return started

    def refused(self, *flags, data):
        """What a server says that must not start."""
        with self.assertRaises(RuntimeError) as caught:
            self.start(*flags, data=data)
        return str(caught.exception)

    def write(self, running, key="k", body=LARGE):
        s3 = running.client("s3")
        s3.create_bucket(Bucket="bucket")
        return s3.put_object(Bucket="bucket", Key=key, Body=body)

    def read(self, running, key="k"):
        return running.client("s3").get_object(Bucket="bucket", Key=key)["Body"].read()

    def test_a_lost_or_wrong_key_is_an_error_at_start(self):
        running = self.start()
        self.write(running)
        running.stop()
        file = running.data / "master-key"
        text = file.read_text()
        file.unlink()
        self.assertIn("is missing, and objects are encrypted under its keys", self.refused(data=running.data))
        self.assertFalse(file.exists(), "no new key takes its place")
        file.write_text(new_key() + "\n")
        self.assertIn("objects in this data folder are encrypted under master key", self.refused(data=running.data))
        file.write_text("password\n")
        self.assertIn("line 1 is no master key", self.refused(data=running.data))
        file.write_text(text)
        self.assertEqual(self.read(self.start(data=running.data)), LARGE)

    def test_keys_come_from_a_file_a_variable_and_a_command(self):
        key = new_key()
        with tempfile.NamedTemporaryFile("w", suffix=".key") as file:
            file.write(key)
            file.flush()
            running = self.start("--master-key", f"file:{file.name}")
            self.write(running)
            self.assertFalse((running.data / "master-key").exists())
            running.stop()
        again = self.start("--master-key", "env:SEKISHO_TEST_KEY", data=running.data, env={"SEKISHO_TEST_KEY": key})
        self.assertEqual(self.read(again), LARGE)
        again.stop()
        again = self.start("--master-key", f"command:printf '%s' {key}", data=running.data)
        self.assertEqual(self.read(again), LARGE)
        again.stop()
        self.assertIn("command failed", self.refused("--master-key", "command:exit 3", data=running.data))
        self.assertIn("no environment variable", self.refused("--master-key", "env:SEKISHO_NO_SUCH", data=running.data))

    def test_after_rotation_the_older_key_is_not_needed(self):
        running = self.start()
        self.write(running)
        self.write(running, "small", SMALL)
        running.stop()
        file = running.data / "master-key"
        rotated = running.command("rotate-key")
        self.assertEqual(rotated.returncode, 0, rotated.stderr)
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        lines = [line for line in file.read_text().splitlines() if not line.startswith("#")]
        self.assertEqual(len(lines), 2)
        again = self.start(data=running.data)
        self.assertEqual(self.read(again), LARGE)
        server.wait_for(lambda: "none of the older master keys is needed any more" in again.log())
        again.stop()
        file.write_text(lines[1] + "\n")
        last = self.start(data=running.data)
        self.assertEqual((self.read(last), self.read(last, "small")), (LARGE, SMALL))

    def test_plain_at_rest_claims_nothing_and_both_kinds_stay_readable(self):
        running = self.start("--at-rest", "plain")
        self.assertNotIn("ServerSideEncryption", self.write(running, "plain"))
        self.assertIn(b"quick brown fox", everything_in(running.data))
        self.assertFalse((running.data / "master-key").exists())
        running.stop()
        again = self.start(data=running.data)
        s3 = again.client("s3")
        self.assertEqual(self.read(again, "plain"), LARGE)
        self.assertNotIn("ServerSideEncryption", s3.head_object(Bucket="bucket", Key="plain"))
        self.assertEqual(s3.put_object(Bucket="bucket", Key="k", Body=LARGE)["ServerSideEncryption"], "AES256")
        again.stop()
        last = self.start("--at-rest", "plain", data=running.data)
        self.assertEqual((self.read(last), self.read(last, "plain")), (LARGE, LARGE))
        self.assertNotIn("ServerSideEncryption", last.client("s3").put_object(Bucket="bucket", Key="k", Body=SMALL))


if __name__ == "__main__":
    server.main()
