"""--network static: listeners that stand for endpoints, without namespaces; and PROXY protocol v2 from named peers."""
import json
import pathlib
import socket
import struct
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import scenario_policy
import server
from server import Server, ServerTest


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def proxy_v2(source, vpce=None):
    """A PROXY protocol v2 header: TCP over IPv4 from `source`, with AWS's endpoint TLV."""
    tlv = b"" if vpce is None else struct.pack("!BHB", 0xEA, 1 + len(vpce), 1) + vpce.encode()
    body = socket.inet_aton(source) + socket.inet_aton("127.0.0.1") + struct.pack("!HH", 40000, 443) + tlv
    return b"\r\n\r\n\0\r\nQUIT\n" + struct.pack("!BBH", 0x21, 0x11, len(body)) + body


class StaticNetwork(ServerTest):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="sekisho-static-"))
        cls.one, cls.two, cls.proxied, cls.only_list = (free_port() for _ in range(4))
        (cls.folder / "only-list.json").write_text(json.dumps({"Statement": [
            {"Effect": "Allow", "Principal": "*", "Action": "s3:ListBucket", "Resource": "*"}]}))
        (cls.folder / "network.toml").write_text(f"""
            [[listener]]
            address = "127.0.0.1:{cls.one}"
            endpoint = "vpce-11111111111111111"
            vpc = "vpc-11111111111111111"
            [[listener]]
            address = "127.0.0.1:{cls.two}"
            endpoint = "vpce-22222222222222222"
            vpc = "vpc-22222222222222222"
            [[listener]]
            address = "127.0.0.1:{cls.only_list}"
            endpoint = "vpce-33333333333333333"
            vpc = "vpc-22222222222222222"
            policy = "only-list.json"
            [[listener]]
            address = "127.0.0.1:{cls.proxied}"
            proxy_from = ["127.0.0.1/32"]
            [[listener.endpoints]]
            endpoint = "vpce-11111111111111111"
            vpc = "vpc-11111111111111111"
            """)
        cls.server = Server("--config", cls.folder / "network.toml", network="static")
        cls.addClassCleanup(cls.server.remove)
        root, iam = cls.server.client("s3"), cls.server.client("iam")
        root.create_bucket(Bucket="closed")
        root.put_object(Bucket="closed", Key="dummy.txt", Body=b"Hello dummy file!")
        iam.create_user(UserName="admin")
        iam.create_user(UserName="somebody")
        iam.attach_user_policy(UserName="somebody", PolicyArn="arn:aws:iam::aws:policy/AmazonS3FullAccess")
        key = iam.create_access_key(UserName="somebody")["AccessKey"]
        cls.keys = key["AccessKeyId"], key["SecretAccessKey"]
        root.put_bucket_policy(Bucket="closed", Policy=scenario_policy.only_from("closed", "vpce-11111111111111111"))

    def by(self, port):
        return self.client("s3", keys=self.keys, url=f"http://127.0.0.1:{port}")

    def test_a_bucket_called_like_the_paths_of_s3_control_does_not_take_its_requests(self):
        root = self.server.client("s3")
        root.create_bucket(Bucket="v20180820")
        url = f"http://127.0.0.1:{self.one}/v20180820/configuration/publicAccessBlock"
        body = (b'<PublicAccessBlockConfiguration xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/">'
                b"<BlockPublicPolicy>true</BlockPublicPolicy></PublicAccessBlockConfiguration>")
        keys = botocore.credentials.Credentials(*self.server.root_keys())
        for method, data, status in (("PUT", body, 201), ("DELETE", None, 204)):
            request = botocore.awsrequest.AWSRequest(method, url, data=data, headers={"x-amz-account-id": "123456789012"})
            botocore.auth.S3SigV4Auth(keys, "s3", "us-east-1").add_auth(request)
            with urllib.request.urlopen(urllib.request.Request(url, data, dict(request.headers), method=method)) as reply:
                self.assertEqual(reply.status, status)
        self.assertNotIn("Contents", root.list_objects_v2(Bucket="v20180820"))

    def test_the_listener_that_the_policy_names_lets_in(self):
        self.assertEqual(self.by(self.one).get_object(Bucket="closed", Key="dummy.txt")["Body"].read(), b"Hello dummy file!")

    def test_another_endpoints_listener_and_the_public_one_are_denied_by_the_bucket_policy(self):
        for port in (self.two, self.server.info["port"]):
            error = self.assertApiError("AccessDenied", self.by(port).list_objects_v2, Bucket="closed")
            self.assertTrue(error["Error"]["Message"].endswith("with an explicit deny in a resource-based policy"), error)

    def test_an_endpoints_own_policy_is_a_ceiling(self):
        root = self.client("s3", url=f"http://127.0.0.1:{self.only_list}")
        self.assertEqual(root.list_objects_v2(Bucket="closed")["KeyCount"], 1)
        error = self.assertApiError("AccessDenied", root.get_object, Bucket="closed", Key="dummy.txt")
        self.assertIn("because no VPC endpoint policy allows the s3:GetObject action", error["Error"]["Message"])

    def raw(self, port, prefix):
        """A signed GET of the object over a raw connection that begins with `prefix`; the status line, or b"" when closed."""
        request = botocore.awsrequest.AWSRequest("GET", f"http://127.0.0.1:{port}/closed/dummy.txt")
        botocore.auth.S3SigV4Auth(botocore.credentials.Credentials(*self.keys), "s3", "us-east-1").add_auth(request)
        head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(prefix + f"GET /closed/dummy.txt HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{head}\r\n".encode())
            try:
                return connection.makefile("rb").readline()
            except ConnectionResetError:
                return b""

    def test_a_named_peers_proxy_header_says_which_endpoint_it_was(self):
        self.assertIn(b" 200 ", self.raw(self.proxied, proxy_v2("10.8.0.5", "vpce-11111111111111111")))

    def test_a_named_peer_may_not_name_an_endpoint_that_is_not_configured(self):
        self.assertIn(b" 403 ", self.raw(self.proxied, proxy_v2("10.8.0.5", "vpce-22222222222222222")))

    def test_without_the_endpoints_tlv_the_request_is_a_public_one(self):
        self.assertIn(b" 403 ", self.raw(self.proxied, proxy_v2("10.8.0.5")))

    def test_a_named_peer_must_speak_proxy_protocol(self):
        self.assertEqual(self.raw(self.proxied, b""), b"")

    def test_a_proxy_header_on_an_ordinary_listener_is_refused_and_gives_no_endpoint(self):
        for port in (self.two, self.server.info["port"]):
            self.assertNotIn(b" 200 ", self.raw(port, proxy_v2("10.8.0.5", "vpce-11111111111111111")))

    def test_an_anonymous_request_by_an_endpoint_reaches_its_region_only(self):
        far = self.client("s3", region="eu-west-1")
        far.create_bucket(Bucket="far", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        far.put_object(Bucket="far", Key="k", Body=b"far")
        far.delete_public_access_block(Bucket="far")
        far.put_bucket_policy(Bucket="far", Policy=json.dumps({"Statement": [
            {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::far/*"}]}))
        for host in ("s3.amazonaws.com", "s3.eu-west-1.amazonaws.com"):
            request = urllib.request.Request(f"http://127.0.0.1:{self.one}/far/k", headers={"Host": host})
            with self.assertRaises(urllib.error.HTTPError) as caught:
                urllib.request.build_opener(NoRedirect).open(request)
            self.assertEqual(caught.exception.code, 301)
            self.assertEqual(caught.exception.headers["x-amz-bucket-region"], "eu-west-1")
        self.assertEqual(urllib.request.urlopen(f"{self.server.url}/far/k").read(), b"far")


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Refused(unittest.TestCase):
    """What `sekisho serve` does not begin with: it says why and ends with status 2."""

    def refusal(self, configuration, *flags):
        with tempfile.TemporaryDirectory(prefix="sekisho-refused-") as folder:
            file = pathlib.Path(folder) / "network.toml"
            file.write_text(configuration)
            pathlib.Path(folder, "a.json").write_text('{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}}')
            pathlib.Path(folder, "same.json").write_text(
                '{"Statement": {"Principal": "*", "Effect": "Allow", "Action": "s3:*",\n "Resource": "*"}}')
            done = subprocess.run([server.BINARY, "serve", "--data", f"{folder}/data", "--listen", "127.0.0.1:0", "--network",
                                   "static", "--config", file, *flags], capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 2, done.stderr)
            return done.stderr

    def test_guessable_keys_where_only_a_listener_of_the_configuration_is_reached_by_others(self):
        configuration = '[[listener]]\naddress = "0.0.0.0:0"\n'
        self.assertIn("too weak", self.refusal(configuration, "--access-key", "admin", "--secret-key", "password"))

    def test_one_endpoint_with_two_meanings(self):
        for one, other, what in [
                ('vpc = "vpc-1"', 'vpc = "vpc-2"', "vpc"),
                ('vpc = "vpc-1"', 'vpc = "vpc-1"\naccount = "999999999999"', "account"),
                ('vpc = "vpc-1"', 'vpc = "vpc-1"\nregion = "eu-west-1"', "region"),
                ('vpc = "vpc-1"', 'vpc = "vpc-1"\npolicy = "a.json"', "policy")]:
            for table in ("", 'proxy_from = ["10.0.0.1/32"]\n[[listener.endpoints]]\n'):
                error = self.refusal(f'[[listener]]\naddress = "127.0.0.1:1"\nendpoint = "vpce-1"\n{one}\n'
                                     f'[[listener]]\naddress = "127.0.0.1:2"\n{table}endpoint = "vpce-1"\n{other}\n')
                self.assertIn(f"endpoint vpce-1 has one {what} on listener 127.0.0.1:1 and another on listener 127.0.0.1:2", error)

    def test_one_endpoint_written_in_two_ways_is_the_same(self):
        # It gets as far as the weak keys.
        error = self.refusal("""
            [[listener]]
            address = "0.0.0.0:0"
            endpoint = "vpce-1"
            vpc = "vpc-1"
            policy = "a.json"
            [[listener]]
            address = "127.0.0.1:0"
            endpoint = "vpce-1"
            vpc = "vpc-1"
            account = "123456789012"
            region = "us-east-1"
            policy = "same.json"
            """, "--access-key", "admin", "--secret-key", "password")
        self.assertIn("too weak", error)


if __name__ == "__main__":
    server.main()
