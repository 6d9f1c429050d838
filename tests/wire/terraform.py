"""Root configurations of Terraform with the AWS provider. Skips loudly where there is no Terraform with the provider in a plugin
mirror (TF_PLUGIN_MIRROR, or /opt/tf-plugins)."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

MIRROR = os.environ.get("TF_PLUGIN_MIRROR", "/opt/tf-plugins")
# The account's label of S3 Control's host names resolves where systemd-resolved does it, or by a line of /etc/hosts: here by one
# that only Terraform sees.
WITH_HOSTS = 'mount --bind "$0" /etc/hosts && exec "$@"'


def skip_without_terraform():
    if not shutil.which("terraform") or not list(pathlib.Path(MIRROR).glob("**/terraform-provider-aws*")):
        print(f"SKIPPED: Terraform with the AWS provider in a plugin mirror is not on this machine (looked in {MIRROR})")
        sys.exit(77)


class Root:
    """A copy of a folder's configuration, initialised; `test` is the TestCase that it belongs to."""

    def __init__(self, test, folder):
        self.test = test
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sekisho-terraform-"))
        test.addCleanup(shutil.rmtree, self.folder, True)
        shutil.copytree(folder, self.folder / "root", ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*"))
        (self.folder / "cli.tfrc").write_text(f'provider_installation {{ filesystem_mirror {{ path = "{MIRROR}" }} }}')
        (self.folder / "hosts").write_text("127.0.0.1 localhost s3-control.localhost 123456789012.s3-control.localhost\n")
        key, secret = test.server.root_keys()
        self.environment = {
            **os.environ, "TF_CLI_CONFIG_FILE": str(self.folder / "cli.tfrc"), "AWS_ENDPOINT_URL": test.server.url,
            "AWS_ENDPOINT_URL_S3_CONTROL": f"http://s3-control.localhost:{test.server.info['port']}",
            "AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret, "AWS_REGION": "us-east-1", "CHECKPOINT_DISABLE": "1",
            "AWS_EC2_METADATA_DISABLED": "true"}
        self("init", "-input=false", "-no-color")

    def __call__(self, *words, expect=0):
        done = subprocess.run(
            ["unshare", "--map-root-user", "--mount", "sh", "-c", WITH_HOSTS, self.folder / "hosts",
             "terraform", f"-chdir={self.folder / 'root'}", *words],
            env=self.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=400)
        self.test.assertEqual(done.returncode, expect, done.stdout[-6000:])
        return done.stdout

    def apply(self):
        return self("apply", "-auto-approve", "-input=false", "-no-color")

    def plans_nothing(self):
        self.test.assertIn("No changes.", self("plan", "-input=false", "-no-color", "-detailed-exitcode"))

    def destroy(self):
        return self("destroy", "-auto-approve", "-input=false", "-no-color")
