"""s3cmd: put and get, in one go and in parts, sync, copies, its MD5 checks, bucket policy and CORS, deletion."""
import json

import tool
from tool import ClientTest, digests, fill

tool.needs("s3cmd")


class S3cmd(ClientTest):
    def s3cmd(self, *words, **options):
        key, secret = self.server.root_keys()
        host = f"{self.server.info['host']}:{self.server.info['port']}"
        return self.run_client("s3cmd", f"--access_key={key}", f"--secret_key={secret}", f"--host={host}", f"--host-bucket={host}",
                               "--no-ssl", "--region=us-east-1", "--config=/dev/null", "--no-progress", *words, **options)

    def test_s3cmd_carries_files_both_ways(self):
        up, down = self.folder / "up", self.folder / "down"
        fill(up, [0, 1, 100_000, 12 << 20])
        down.mkdir()
        self.s3cmd("--multipart-chunk-size-mb=5", "sync", f"{up}/", f"s3://{self.bucket}/p/")
        self.s3cmd("sync", f"s3://{self.bucket}/p/", f"{down}/")
        self.assertEqual(digests(down), digests(up))
        self.s3cmd("cp", "--recursive", "--acl-private", f"s3://{self.bucket}/p/", f"s3://{self.bucket}/copy/")
        self.assertEqual(len(self.keys()), 8)
        self.assertIn("8 objects", self.s3cmd("du", f"s3://{self.bucket}"))
        self.s3cmd("rb", "--recursive", "--force", f"s3://{self.bucket}")
        self.assertNotIn(self.bucket, self.s3cmd("ls"))

    def test_s3cmd_changes_what_a_bucket_says(self):
        policy = self.folder / "policy.json"
        policy.write_text(json.dumps({"Version": "2012-10-17", "Statement": [{
            "Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{self.bucket}/no/*"}]}))
        self.s3cmd("setpolicy", policy, f"s3://{self.bucket}")
        (self.folder / "file").write_text("hello")
        self.s3cmd("put", self.folder / "file", f"s3://{self.bucket}/no/file")
        self.assertIn("403", self.s3cmd("get", "--force", f"s3://{self.bucket}/no/file", self.folder / "back", fails=True))
        self.assertIn("s3:GetObject", self.s3cmd("info", f"s3://{self.bucket}"))
        self.s3cmd("delpolicy", f"s3://{self.bucket}")
        self.s3cmd("get", "--force", f"s3://{self.bucket}/no/file", self.folder / "back")
        self.assertEqual((self.folder / "back").read_text(), "hello")


if __name__ == "__main__":
    tool.main()
