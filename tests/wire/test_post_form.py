"""Browsers' form uploads as boto3 signs them and a browser sends them."""
import http.client
import json
import urllib.parse
import uuid

import server
from server import ServerTest


class PostForm(ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.s3 = cls.server.client("s3")
        cls.s3.create_bucket(Bucket="demo-post")

    def send(self, post, file=b"the file", filename="a.txt", extra=(), bucket=None):
        boundary = uuid.uuid4().hex
        body = b""
        for name, value in [*post["fields"].items(), *extra]:
            body += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        body += f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\n\r\n'.encode()
        body += file + f"\r\n--{boundary}--\r\n".encode()
        url = urllib.parse.urlsplit(post["url"])
        connection = http.client.HTTPConnection(url.hostname, url.port)
        self.addCleanup(connection.close)
        path = f"/{bucket}" if bucket else url.path
        connection.request("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={boundary}"})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()

    def presigned(self, key, conditions=None, fields=None, client=None, **options):
        return (client or self.s3).generate_presigned_post("demo-post", key, Fields=fields, Conditions=conditions, **options)

    def test_a_presigned_form_uploads_what_its_conditions_allow(self):
        post = self.presigned("in/${filename}", [["content-length-range", 1, 2 << 20], {"x-amz-meta-who": "me"}],
                              {"x-amz-meta-who": "me"})
        file = bytes(range(256)) * 4096
        status, headers, body = self.send(post, file)
        self.assertEqual(status, 204, body)
        got = self.s3.get_object(Bucket="demo-post", Key="in/a.txt")
        self.assertEqual((got["Body"].read(), got["Metadata"], got["ETag"]), (file, {"who": "me"}, headers["ETag"]))
        status, _, body = self.send(post, b"x" * ((2 << 20) + 1))
        self.assertEqual(status, 400)
        self.assertIn("<Code>EntityTooLarge</Code>", body)
        status, _, body = self.send(post, extra=[("x-amz-meta-more", "1")])
        self.assertEqual(status, 403)
        self.assertIn("Invalid according to Policy: Extra input fields: x-amz-meta-more", body)

    def test_a_form_for_one_bucket_is_none_for_another(self):
        self.s3.create_bucket(Bucket="demo-other")
        status, _, body = self.send(self.presigned("k"), bucket="demo-other")
        self.assertEqual(status, 403)
        self.assertIn("Policy Condition failed", body)
        self.assertNotIn("Contents", self.s3.list_objects_v2(Bucket="demo-other"))

    def test_a_changed_policy_is_not_signed_and_an_expired_one_is_over(self):
        post = self.presigned("k")
        post["fields"]["policy"] = post["fields"]["policy"][:-4] + "AAAA"
        self.assertIn("<Code>SignatureDoesNotMatch</Code>", self.send(post)[2])
        self.assertIn("Invalid according to Policy: Policy expired.", self.send(self.presigned("k", ExpiresIn=-10))[2])

    def test_signature_version_2_is_taken_where_presigned_urls_of_it_are(self):
        import botocore.config
        client = self.server.client("s3", config=botocore.config.Config(signature_version="s3"))
        post = self.presigned("v2", client=client)
        self.assertIn("AWSAccessKeyId", post["fields"])
        self.assertEqual(self.send(post, b"two")[0], 204)
        self.assertEqual(self.s3.get_object(Bucket="demo-post", Key="v2")["Body"].read(), b"two")

    def test_replies_are_what_the_form_asks_for(self):
        fields = {"success_action_status": "201"}
        status, headers, body = self.send(self.presigned("a", [fields], fields))
        self.assertEqual((status, headers["Location"]), (201, self.server.url + "/demo-post/a"))
        self.assertIn("<PostResponse><Location>", body)
        fields = {"success_action_redirect": "http://127.0.0.1/done"}
        status, headers, _ = self.send(self.presigned("a", [fields], fields))
        self.assertEqual(status, 303)
        self.assertTrue(headers["Location"].startswith("http://127.0.0.1/done?bucket=demo-post&key=a&etag=%22"), headers)

    def test_the_user_who_signed_needs_the_right_and_anonymous_forms_need_a_public_bucket(self):
        iam = self.client("iam")
        iam.create_user(UserName="poster")
        key = iam.create_access_key(UserName="poster")["AccessKey"]
        client = self.server.client("s3", keys=(key["AccessKeyId"], key["SecretAccessKey"]))
        status, _, body = self.send(self.presigned("u", client=client))
        self.assertEqual(status, 403)
        self.assertIn("is not authorized to perform: s3:PutObject", body)
        allow = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}}
        iam.put_user_policy(UserName="poster", PolicyName="put", PolicyDocument=json.dumps(allow))
        self.assertEqual(self.send(self.presigned("u", client=client))[0], 204)

        unsigned = {"url": self.server.url + "/demo-post", "fields": {"key": "anyone/k"}}
        self.assertEqual(self.send(unsigned)[0], 403)
        self.s3.delete_public_access_block(Bucket="demo-post")
        self.s3.put_bucket_policy(Bucket="demo-post", Policy=json.dumps({"Version": "2012-10-17", "Statement": {
            "Effect": "Allow", "Principal": "*", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::demo-post/anyone/*"}}))
        self.assertEqual(self.send(unsigned)[0], 204)
        unsigned["fields"]["key"] = "k"
        self.assertEqual(self.send(unsigned)[0], 403)


if __name__ == "__main__":
    server.main()
