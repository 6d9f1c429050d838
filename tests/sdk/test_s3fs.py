"""s3fs: a bucket mounted as a file system, where the machine allows FUSE; each file is written, read, renamed and removed."""
import os
import pathlib
import shutil
import subprocess
import sys

import server
import tool
from tool import ClientTest, digests, fill

tool.needs("s3fs", "fusermount")
if not os.access("/dev/fuse", os.R_OK | os.W_OK):
    print("SKIPPED: /dev/fuse cannot be opened here", file=sys.stderr)
    sys.exit(77)


class S3fs(ClientTest):
    def mount(self):
        key, secret = self.server.root_keys()
        passwords, place = self.folder / "passwords", self.folder / "mounted"
        passwords.write_text(f"{key}:{secret}\n")
        passwords.chmod(0o600)
        place.mkdir(exist_ok=True)
        mounted = subprocess.Popen(
            ["s3fs", self.bucket, place, "-f", "-o", f"passwd_file={passwords},url={self.server.url},use_path_request_style,"
             "multipart_size=10,endpoint=us-east-1"], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

        def gone():
            subprocess.run(["fusermount", "-u", place], check=False, capture_output=True)
            mounted.wait(timeout=30)
        self.addCleanup(gone)
        server.wait_for(lambda: place.is_mount() or mounted.poll() is not None)
        if mounted.poll() is not None:
            text = mounted.stdout.read().decode()
            if "Operation not permitted" in text or "Permission denied" in text:
                self.skipTest("FUSE is not allowed here: " + text)
            self.fail(text)
        return place, gone

    def test_s3fs_is_a_file_system(self):
        place, unmount = self.mount()
        source = self.folder / "source"
        fill(source, [0, 10, 100_000, 25 << 20])
        shutil.copytree(source, place / "tree")
        with open(place / "tree" / "appended", "w") as file:
            file.write("one ")
        with open(place / "tree" / "appended", "a") as file:
            file.write("two")
        os.rename(place / "tree" / "appended", place / "renamed")
        unmount()
        place, unmount = self.mount()
        self.assertEqual(digests(place / "tree"), digests(source))
        self.assertEqual((place / "renamed").read_text(), "one two")
        shutil.rmtree(place / "tree")
        os.remove(place / "renamed")
        unmount()
        self.assertEqual(self.keys(), [])


if __name__ == "__main__":
    tool.main()
