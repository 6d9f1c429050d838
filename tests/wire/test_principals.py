"""Bucket policies and the principals that they name."""
import json

import server
from server import ServerTest


def allow(principal, bucket):
    return json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": principal}, "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}]})


class Principals(ServerTest):
    def setUp(self):
        self.s3, self.iam = self.client("s3"), self.client("iam")
        self.bucket = self._testMethodName.replace("_", "-")[-50:].strip("-")
        self.s3.create_bucket(Bucket=self.bucket)

    def test_a_policy_that_names_a_principal_that_does_not_exist_is_refused(self):
        error = self.assertApiError("MalformedPolicy", self.s3.put_bucket_policy, Bucket=self.bucket,
                                    Policy=allow("arn:aws:iam::123456789012:user/nobody", self.bucket))
        self.assertEqual(error["Error"]["Message"], "Invalid principal in policy")

    def test_a_deleted_user_turns_into_its_unique_id_and_a_new_one_of_that_name_gets_nothing(self):
        user = self.iam.create_user(UserName="alice")["User"]
        self.s3.put_bucket_policy(Bucket=self.bucket, Policy=allow(user["Arn"], self.bucket))
        self.s3.put_object(Bucket=self.bucket, Key="k", Body=b"v")
        key = self.iam.create_access_key(UserName="alice")["AccessKey"]
        alice = self.client("s3", keys=(key["AccessKeyId"], key["SecretAccessKey"]))
        self.assertEqual(alice.get_object(Bucket=self.bucket, Key="k")["Body"].read(), b"v")
        self.iam.delete_access_key(UserName="alice", AccessKeyId=key["AccessKeyId"])
        self.iam.delete_user(UserName="alice")
        policy = json.loads(self.s3.get_bucket_policy(Bucket=self.bucket)["Policy"])
        self.assertEqual(policy["Statement"][0]["Principal"]["AWS"], user["UserId"])
        self.iam.create_user(UserName="alice")
        key = self.iam.create_access_key(UserName="alice")["AccessKey"]
        another = self.client("s3", keys=(key["AccessKeyId"], key["SecretAccessKey"]))
        self.assertApiError("AccessDenied", another.get_object, Bucket=self.bucket, Key="k")


if __name__ == "__main__":
    server.main()
