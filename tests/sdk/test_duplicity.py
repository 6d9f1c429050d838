"""duplicity: a full and an incremental backup, verified, restored, and old chains removed."""
import shutil

import tool
from tool import ClientTest, digests, fill

tool.needs("duplicity")


class Duplicity(ClientTest):
    def duplicity(self, *words, **options):
        target = f"boto3+s3://{self.bucket}/backup"
        return self.run_client("duplicity", *[target if word == "TARGET" else word for word in words], "--no-encryption",
                               "--s3-endpoint-url", self.server.url, "--s3-region-name", "us-east-1",
                               f"--archive-dir={self.folder}/cache", "--volsize=5", **options)

    def test_duplicity_backs_up_verifies_and_restores(self):
        data = self.folder / "data"
        fill(data, [0, 1000, 12 << 20])
        self.duplicity("full", data, "TARGET")
        fill(data / "later", [2 << 20])
        self.duplicity("incremental", data, "TARGET")
        self.assertIn("0 differences", self.duplicity("verify", "--compare-data", "TARGET", data))
        expected = digests(data)
        shutil.rmtree(data)
        self.duplicity("restore", "TARGET", self.folder / "back")
        self.assertEqual(digests(self.folder / "back"), expected)
        self.duplicity("full", self.folder / "back", "TARGET")
        before = len(self.keys())
        self.duplicity("remove-all-but-n-full", "1", "--force", "TARGET")
        self.assertLess(len(self.keys()), before)


if __name__ == "__main__":
    tool.main()
