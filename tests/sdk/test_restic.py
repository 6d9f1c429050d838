"""restic: backups, what was forgotten is pruned, every byte is checked, and it comes back."""
import shutil

import tool
from tool import ClientTest, digests, fill

tool.needs("restic")


class Restic(ClientTest):
    def restic(self, *words, **options):
        return self.run_client("restic", "-r", f"s3:{self.server.url}/{self.bucket}/repo", *words, **options)

    def test_restic_backs_up_prunes_checks_and_restores(self):
        self.environment |= {"RESTIC_PASSWORD": "correct horse battery staple", "RESTIC_CACHE_DIR": str(self.folder / "cache")}
        first, second = self.folder / "data" / "first", self.folder / "data" / "second"
        fill(first, [0, 100, 50_000, 3 << 20])
        self.restic("init")
        self.restic("backup", self.folder / "data")
        fill(second, [20 << 20, 1000])
        expected = digests(self.folder / "data")
        self.restic("backup", self.folder / "data")
        self.assertEqual(self.restic("snapshots").count(str(self.folder / "data")), 2)
        before = len(self.keys())
        self.restic("forget", "--keep-last", "1", "--prune")
        self.assertLess(len(self.keys()), before)
        self.assertIn("no errors were found", self.restic("check", "--read-data"))
        shutil.rmtree(self.folder / "data")
        self.restic("restore", "latest", "--target", self.folder / "back")
        [restored] = [path for path in (self.folder / "back").rglob("data") if path.is_dir()]
        self.assertEqual(digests(restored), expected)


if __name__ == "__main__":
    tool.main()
