"""Access points and S3 Control by boto3, as its users call them: ARNs and aliases where a bucket's name stands, account ids in host names."""
import json
import socket

import server
from server import ServerTest

ACCOUNT = "123456789012"
resolve = socket.getaddrinfo


def resolve_localhost(host, *rest, **options):
    """name-account.localhost and account.localhost, which boto3 makes of an endpoint of one's own, are this machine."""
    name = host.decode() if isinstance(host, bytes) else host
    return resolve("127.0.0.1" if str(name).endswith("localhost") else host, *rest, **options)


socket.getaddrinfo = resolve_localhost


class AccessPoints(ServerTest):
    def setUp(self):
        url = self.server.url.replace("127.0.0.1", "localhost")
        self.s3, self.iam = self.client("s3", url=url), self.client("iam")
        self.control = self.client("s3control", url=url)
        self.bucket = self._testMethodName.replace("_", "-")[-50:].strip("-")
        self.s3.create_bucket(Bucket=self.bucket)
        self.s3.put_object(Bucket=self.bucket, Key="dir/k", Body=b"v")

    def create(self, name, **more):
        self.control.create_access_point(AccountId=ACCOUNT, Name=name, Bucket=self.bucket, **more)
        return self.control.get_access_point(AccountId=ACCOUNT, Name=name)

    def test_one_is_used_by_its_arn_and_by_its_alias(self):
        point = self.create("readers")
        arn = f"arn:aws:s3:us-east-1:{ACCOUNT}:accesspoint/readers"
        self.assertEqual(point["NetworkOrigin"], "Internet")
        for name in (arn, point["Alias"]):
            self.assertEqual(self.s3.get_object(Bucket=name, Key="dir/k")["Body"].read(), b"v")
            self.assertEqual([o["Key"] for o in self.s3.list_objects_v2(Bucket=name)["Contents"]], ["dir/k"])
        self.s3.copy_object(Bucket=self.bucket, Key="copy", CopySource={"Bucket": arn, "Key": "dir/k"})
        self.assertEqual(self.s3.get_object(Bucket=self.bucket, Key="copy")["Body"].read(), b"v")
        listed = self.control.list_access_points(AccountId=ACCOUNT, Bucket=self.bucket)["AccessPointList"]
        self.assertEqual([p["Name"] for p in listed], ["readers"])
        self.assertApiError("BucketHasAccessPointsAttached", self.empty_and_delete)
        self.control.delete_access_point(AccountId=ACCOUNT, Name="readers")
        self.assertApiError("NoSuchAccessPoint", self.control.get_access_point, AccountId=ACCOUNT, Name="readers")

    def empty_and_delete(self):
        for key in ("dir/k", "copy"):
            self.s3.delete_object(Bucket=self.bucket, Key=key)
        self.s3.delete_bucket(Bucket=self.bucket)

    def test_a_policy_of_one_denies_what_goes_through_it_only(self):
        point = self.create("guarded")
        arn = f"arn:aws:s3:us-east-1:{ACCOUNT}:accesspoint/guarded"
        user = self.iam.create_user(UserName="ann")["User"]
        self.iam.attach_user_policy(UserName="ann", PolicyArn="arn:aws:iam::aws:policy/AmazonS3FullAccess")
        key = self.iam.create_access_key(UserName="ann")["AccessKey"]
        ann = self.client("s3", keys=(key["AccessKeyId"], key["SecretAccessKey"]))
        self.control.put_access_point_policy(AccountId=ACCOUNT, Name="guarded", Policy=json.dumps({
            "Version": "2012-10-17", "Statement": [{
                "Effect": "Deny", "Principal": {"AWS": user["Arn"]}, "Action": "s3:GetObject", "Resource": arn + "/object/*"}]}))
        denied = self.assertApiError("AccessDenied", ann.get_object, Bucket=point["Alias"], Key="dir/k")
        self.assertIn("with an explicit deny in a resource-based policy", denied["Error"]["Message"])
        self.assertEqual(ann.get_object(Bucket=self.bucket, Key="dir/k")["Body"].read(), b"v")
        status = self.control.get_access_point_policy_status(AccountId=ACCOUNT, Name="guarded")
        self.assertFalse(status["PolicyStatus"]["IsPublic"])
        self.control.delete_access_point_policy(AccountId=ACCOUNT, Name="guarded")
        self.assertApiError("NoSuchAccessPointPolicy", self.control.get_access_point_policy, AccountId=ACCOUNT, Name="guarded")

    def test_one_of_a_vpc_is_closed_from_outside(self):
        point = self.create("inside", VpcConfiguration={"VpcId": "vpc-0123456789abcdef0"})
        self.assertEqual(point["VpcConfiguration"]["VpcId"], "vpc-0123456789abcdef0")
        self.assertApiError("AccessDenied", self.s3.get_object, Bucket=point["Alias"], Key="dir/k")

    def test_block_public_access_of_the_account(self):
        block = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": False}
        self.assertApiError("NoSuchPublicAccessBlockConfiguration", self.control.get_public_access_block, AccountId=ACCOUNT)
        self.control.put_public_access_block(AccountId=ACCOUNT, PublicAccessBlockConfiguration=block)
        self.assertEqual(self.control.get_public_access_block(AccountId=ACCOUNT)["PublicAccessBlockConfiguration"], block)
        self.control.delete_public_access_block(AccountId=ACCOUNT)
        self.assertApiError("NoSuchPublicAccessBlockConfiguration", self.control.get_public_access_block, AccountId=ACCOUNT)


class Regions(ServerTest):
    def test_one_that_is_not_served_is_told_in_each_service_s_words(self):
        for service, call, code, text in (
                ("s3", "list_buckets", "AuthorizationHeaderMalformed", "the region 'mars-north-1' is wrong; expecting 'us-east-1'"),
                ("ec2", "describe_vpcs", "AuthFailure", "AWS was not able to validate the provided access credentials"),
                ("sts", "get_caller_identity", "SignatureDoesNotMatch",
                 "Credential should be scoped to a valid region, not 'mars-north-1'")):
            error = self.assertApiError(code, getattr(self.client(service, region="mars-north-1"), call))
            self.assertIn(text, error["Error"]["Message"])


if __name__ == "__main__":
    server.main()
