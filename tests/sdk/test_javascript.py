"""The AWS SDK for JavaScript v3, from npm; skips loudly where npm cannot install it."""
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

from server import BINARY, ServerTest

HERE = pathlib.Path(__file__).resolve().parent
MODULES = pathlib.Path(BINARY).parent / "sdk-tests"


def install():
    MODULES.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json", "javascript.mjs"):
        shutil.copy(HERE / name, MODULES / name)
    if (MODULES / "node_modules/.package-lock.json").exists():
        return
    done = subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=MODULES, capture_output=True, text=True)
    if done.returncode != 0:
        print(f"SKIPPED: npm could not install the SDK: {done.stderr.strip()[-500:]}")
        sys.exit(77)


class JavaScript(ServerTest):
    def test_the_usual_round_trip(self):
        done = subprocess.run(["node", MODULES / "javascript.mjs", self.server.url, *self.server.root_keys()], capture_output=True,
                              text=True, timeout=120, env={**os.environ, "NODE_NO_WARNINGS": "1"})
        self.assertEqual((done.returncode, done.stdout.strip()), (0, "ok"), done.stderr)


if __name__ == "__main__":
    if not shutil.which("npm") or not shutil.which("node"):
        print("SKIPPED: node and npm are not installed (Debian: apt-get install nodejs npm)")
        sys.exit(77)
    install()
    unittest.main(verbosity=2, warnings="ignore")
