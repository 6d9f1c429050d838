"""rclone: sync both ways with every byte compared, server-side copies, large files in parts, deletion."""
import tool
from tool import ClientTest, digests, fill

tool.needs("rclone")


class Rclone(ClientTest):
    def setUp(self):
        super().setUp()
        key, secret = self.server.root_keys()
        # Debian's rclone always names an ACL, and of them buckets whose owner is enforced take this one only.
        self.environment |= {
            "RCLONE_CONFIG_S_ACL": "bucket-owner-full-control",
            "RCLONE_CONFIG": "/dev/null", "RCLONE_CONFIG_S_TYPE": "s3", "RCLONE_CONFIG_S_PROVIDER": "Other",
            "RCLONE_CONFIG_S_ACCESS_KEY_ID": key, "RCLONE_CONFIG_S_SECRET_ACCESS_KEY": secret,
            "RCLONE_CONFIG_S_ENDPOINT": self.server.url, "RCLONE_CONFIG_S_REGION": "us-east-1",
            "RCLONE_CONFIG_S_FORCE_PATH_STYLE": "true", "RCLONE_S3_UPLOAD_CUTOFF": "6M", "RCLONE_S3_CHUNK_SIZE": "5M"}
        self.remote = f"s:{self.bucket}"

    def test_rclone_syncs_both_ways_and_finds_every_byte_the_same(self):
        up, down = self.folder / "up", self.folder / "down"
        fill(up, [0, 1, 1000, 16_384, 16_385, 100_000, 5 << 20, 12 << 20])
        self.run_client("rclone", "sync", up, self.remote)
        self.run_client("rclone", "check", "--download", up, self.remote)
        self.run_client("rclone", "sync", self.remote, down)
        self.assertEqual(digests(down), digests(up))
        (up / "d0" / "ö file 0 +&=%.bin").unlink()
        fill(up / "more", [7])
        self.assertIn("2 differences", self.run_client("rclone", "check", "--download", up, self.remote, fails=True))
        self.run_client("rclone", "sync", up, self.remote)
        self.assertIn("0 differences", self.run_client("rclone", "check", "--download", up, self.remote))

    def test_rclone_moves_within_the_server_and_purges(self):
        up = self.folder / "up"
        fill(up, [10, 7 << 20])
        self.run_client("rclone", "copy", up, self.remote + "/a")
        self.run_client("rclone", "move", self.remote + "/a", self.remote + "/b")
        self.run_client("rclone", "check", "--download", up, self.remote + "/b")
        self.assertTrue(all(key.startswith("b/") for key in self.keys()), self.keys())
        self.run_client("rclone", "purge", self.remote)
        self.assertNotIn(self.bucket, self.run_client("rclone", "lsd", "s:"))


if __name__ == "__main__":
    tool.main()
