"""A newer AWS CLI and boto3 than Debian's, where a python has them (SEKISHO_NEWER_PYTHON, else pyenv's): they send checksums of their
own accord, in trailers. Skips loudly elsewhere."""
import glob
import os
import subprocess
import sys
import unittest

import test_aws_cli

candidates = [os.environ.get("SEKISHO_NEWER_PYTHON", ""), *sorted(glob.glob(os.path.expanduser("~/.pyenv/versions/*/bin/python3")), reverse=True)]


def has_boto3(python):
    return python and subprocess.run([python, "-c", "import boto3, awscli"], capture_output=True).returncode == 0


PYTHON = next(filter(has_boto3, candidates), None)

# Uploads whose body is checked by a trailer, by a header, and in parts; run by the newer python.
SCRIPT = """
import io, os, sys, boto3, botocore.config
url, key, secret = sys.argv[1:]
s3 = boto3.client("s3", endpoint_url=url, region_name="us-east-1", aws_access_key_id=key, aws_secret_access_key=secret,
                  config=botocore.config.Config(s3={"addressing_style": "path"}, retries={"max_attempts": 0}))
s3.create_bucket(Bucket="newer")
body = os.urandom(300_000)
for algorithm in ("CRC32", "SHA1", "SHA256"):
    put = s3.put_object(Bucket="newer", Key=algorithm, Body=body, ChecksumAlgorithm=algorithm)
    got = s3.get_object(Bucket="newer", Key=algorithm, ChecksumMode="ENABLED")
    assert got["Body"].read() == body
    assert put["Checksum" + algorithm] == got["Checksum" + algorithm]
s3.upload_fileobj(io.BytesIO(body * 60), "newer", "parts")
assert s3.get_object(Bucket="newer", Key="parts")["Body"].read() == body * 60
try:
    s3.put_object(Bucket="newer", Key="bad", Body=body, ChecksumSHA256="A" * 43 + "=")
    raise SystemExit("a wrong checksum was accepted")
except s3.exceptions.ClientError as error:
    assert error.response["Error"]["Code"] in ("BadDigest", "InvalidRequest"), error
assert [one["Key"] for one in s3.list_objects_v2(Bucket="newer")["Contents"]] == ["CRC32", "SHA1", "SHA256", "parts"]
print("ok", boto3.__version__)
"""


class NewerBoto3(test_aws_cli.ServerTest):
    def test_checksums_in_headers_trailers_and_parts(self):
        done = subprocess.run([PYTHON, "-c", SCRIPT, self.server.url, *self.server.root_keys()], capture_output=True, text=True, timeout=120)
        self.assertTrue(done.stdout.startswith("ok"), done.stdout + done.stderr)


class NewerAwsCli(test_aws_cli.AwsCli):
    """Everything that Debian's CLI does, by the newer one; many files only once."""
    test_sync_of_5000_files_goes_both_ways = None
    aws_command = [PYTHON, "-m", "awscli"]


if __name__ == "__main__":
    if not PYTHON:
        print("SKIPPED: no python with a newer awscli and boto3 (set SEKISHO_NEWER_PYTHON)")
        sys.exit(77)
    unittest.main(verbosity=2, warnings="ignore")
