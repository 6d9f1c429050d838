"""Objects over the wire: what only a real client with a real body shows."""
import hashlib
import io

from botocore.config import Config

import server
from server import ServerTest


class Objects(ServerTest):
    def setUp(self):
        self.s3 = self.client("s3")
        self.bucket = self._testMethodName.replace("_", "-")[-50:].strip("-")
        self.s3.create_bucket(Bucket=self.bucket)

    def upload(self, key, *parts):
        upload = self.s3.create_multipart_upload(Bucket=self.bucket, Key=key)["UploadId"]
        made = [{"PartNumber": number, "ETag": self.s3.upload_part(Bucket=self.bucket, Key=key, UploadId=upload, PartNumber=number,
                                                                  Body=body)["ETag"]} for number, body in enumerate(parts, 1)]
        return self.s3.complete_multipart_upload(Bucket=self.bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": made})

    def test_a_multipart_object_of_one_empty_part_can_be_read(self):
        self.upload("empty", b"")
        got = self.s3.get_object(Bucket=self.bucket, Key="empty")
        self.assertEqual((got["ContentLength"], got["Body"].read()), (0, b""))

    def test_parts_become_one_object_with_awss_etag(self):
        first, second = b"a" * (5 << 20), b"tail"
        tag = self.upload("parts", first, second)["ETag"]
        digest = hashlib.md5(hashlib.md5(first).digest() + hashlib.md5(second).digest()).hexdigest()
        self.assertEqual(tag, f'"{digest}-2"')
        got = self.s3.get_object(Bucket=self.bucket, Key="parts", Range=f"bytes={len(first) - 2}-")["Body"].read()
        self.assertEqual(got, b"aatail")

    def test_a_body_that_is_not_what_was_signed_leaves_nothing(self):
        key = "tampered"
        self.assertApiError("BadDigest", self.s3.put_object, Bucket=self.bucket, Key=key, Body=b"x", ContentMD5="1B2M2Y8AsgTpgAmY7PhCfg==")
        self.assertApiError("NoSuchKey", self.s3.get_object, Bucket=self.bucket, Key=key)

    def test_objects_without_a_byte_do_not_make_the_next_ones_on_their_connection_wait(self):
        s3 = self.client("s3", config=Config(max_pool_connections=1, read_timeout=5))
        s3.create_bucket(Bucket="one-connection")
        for key, body in [("empty", b""), ("after", b"x"), ("denied", b""), ("last", b"y")]:
            if key == "denied":  # a refusal in place of "100 Continue"
                self.assertApiError("NoSuchBucket", s3.put_object, Bucket="not-there", Key=key, Body=io.BytesIO(body))
            else:  # only streams are sent with "Expect: 100-continue"
                s3.put_object(Bucket="one-connection", Key=key, Body=io.BytesIO(body))
        self.assertEqual([one["Size"] for one in s3.list_objects_v2(Bucket="one-connection")["Contents"]], [1, 0, 1])

    def test_delete_objects_deletes_what_it_may_and_names_what_it_may_not(self):
        for key in ("a", "b"):
            self.s3.put_object(Bucket=self.bucket, Key=key, Body=b"")
        self.s3.put_bucket_policy(Bucket=self.bucket, Policy=f'''{{"Version":"2012-10-17","Statement":[{{"Effect":"Deny","Principal":"*",
            "Action":"s3:DeleteObject","Resource":"arn:aws:s3:::{self.bucket}/b"}}]}}''')
        answer = self.s3.delete_objects(Bucket=self.bucket, Delete={"Objects": [{"Key": "a"}, {"Key": "b"}]})
        self.assertEqual([one["Key"] for one in answer["Deleted"]], ["a"])
        self.assertEqual([(one["Key"], one["Code"]) for one in answer["Errors"]], [("b", "AccessDenied")])

    def test_root_can_repair_a_policy_that_denies_everybody(self):
        self.s3.put_bucket_policy(Bucket=self.bucket, ConfirmRemoveSelfBucketAccess=True, Policy=f'''{{"Version":"2012-10-17",
            "Statement":[{{"Effect":"Deny","Principal":"*","Action":"s3:*",
            "Resource":["arn:aws:s3:::{self.bucket}","arn:aws:s3:::{self.bucket}/*"]}}]}}''')
        self.assertApiError("AccessDenied", self.s3.list_objects_v2, Bucket=self.bucket)
        self.s3.delete_bucket_policy(Bucket=self.bucket)
        self.assertEqual(self.s3.list_objects_v2(Bucket=self.bucket)["KeyCount"], 0)

    def test_a_client_of_another_region_is_told_where_the_bucket_is_and_follows(self):
        other = self.client("s3", region="eu-west-1")
        answers = []
        other.meta.events.register("needs-retry.s3.ListObjectsV2", lambda response, **_: answers.append(response[0].status_code))
        self.assertEqual(other.list_objects_v2(Bucket=self.bucket)["KeyCount"], 0)
        self.assertEqual((answers[0] in (301, 400), answers[-1]), (True, 200), answers)


if __name__ == "__main__":
    server.main()
