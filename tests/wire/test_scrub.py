"""`sekisho scrub` against a real server whose disk forgets: it names what is damaged, and only that."""
import json
import os
import pathlib
import urllib.error
import urllib.request

import botocore.auth
import botocore.awsrequest
import botocore.credentials

import server
from server import Server, ServerTest

LARGE = b"The quick brown fox jumps over the lazy dog. " * 40_000


def blob_files(data):
    return [path for path in pathlib.Path(data).rglob("*")
            if path.is_file() and path.stat().st_size > 1_000_000 and "tables" not in path.parts]


def scrub_objects(url, keys, text):
    """One step, by hand: (status, body)."""
    request = botocore.awsrequest.AWSRequest("POST", url, data=text, headers={
        "X-Amz-Target": "Sekisho.ScrubObjects", "Content-Type": "application/x-amz-json-1.1"})
    botocore.auth.SigV4Auth(botocore.credentials.Credentials(*keys), "sekisho", "us-east-1").add_auth(request)
    try:
        with urllib.request.urlopen(urllib.request.Request(url, text.encode(), dict(request.headers))) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


class Scrub(ServerTest):
    def test_each_damage_is_named_and_the_exit_status_says_whether_there_was_one(self):
        for flags in ([], ["--at-rest", "plain"]):
            with self.subTest(flags=flags):
                running = Server(*flags)
                self.addCleanup(running.remove)
                s3 = running.client("s3")
                s3.create_bucket(Bucket="box")
                for number in range(300):
                    s3.put_object(Bucket="box", Key=f"small/{number}", Body=b"few")
                s3.put_object(Bucket="box", Key="large", Body=LARGE)
                clean = running.command("scrub")
                self.assertEqual((clean.returncode, clean.stderr), (0, ""))
                self.assertEqual(clean.stdout, "301 objects, 1.8 MB read: everything is as it was written\n")

                [blob] = blob_files(running.data)
                with open(blob, "r+b") as file:
                    file.seek(700_000)
                    byte = file.read(1)
                    file.seek(700_000)
                    file.write(bytes([byte[0] ^ 1]))
                damaged = running.command("scrub")
                self.assertEqual(damaged.returncode, 1)
                self.assertEqual(damaged.stdout.splitlines()[0],
                                 "s3://box/large version null: its bytes are lost or not those that were written")
                os.unlink(blob)
                lost = running.command("scrub", "--json")
                self.assertEqual(lost.returncode, 1)
                report = json.loads(lost.stdout)
                self.assertEqual([finding["Key"] for finding in report["Findings"]], ["large"])
                self.assertEqual(report["Objects"], 301)

    def test_a_step_needs_the_right_to_it_and_a_token_that_a_step_gave_out(self):
        iam = self.client("iam")
        iam.create_user(UserName="nobody")
        key = iam.create_access_key(UserName="nobody")["AccessKey"]
        status, text = scrub_objects(self.server.url, (key["AccessKeyId"], key["SecretAccessKey"]), "{}")
        self.assertEqual(status, 403, text)
        self.assertIn("sekisho:ScrubObjects", text)
        for token in ("nonsense", 7, "626f78"):
            status, text = scrub_objects(self.server.url, self.server.root_keys(), json.dumps({"NextToken": token}))
            self.assertEqual(status, 400, text)
            self.assertIn("ValidationException", text)
        status, text = scrub_objects(self.server.url, self.server.root_keys(), "{}")
        self.assertEqual(status, 200, text)
        self.assertEqual(json.loads(text)["Findings"], [])

    def test_without_a_server_nothing_is_known(self):
        running = Server()
        running.stop()
        self.addCleanup(running.remove)
        self.assertEqual(running.command("scrub").returncode, 3)


if __name__ == "__main__":
    server.main()
