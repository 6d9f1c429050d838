"""ACLs and object ownership by boto3, with two accounts: whom an ACL lets in, whose an object is, and what why says of it."""
import json
import urllib.error
import urllib.request

import server
from botocore.exceptions import ClientError
from server import ServerTest

ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"


class Acls(ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        organizations = cls.server.client("organizations")
        organizations.create_organization(FeatureSet="ALL")
        asked = organizations.create_account(AccountName="other", Email="other@example.com")["CreateAccountStatus"]
        cls.other = organizations.describe_create_account_status(CreateAccountRequestId=asked["Id"])["CreateAccountStatus"]["AccountId"]
        iam = cls.server.client("iam")
        iam.create_user(UserName="administrator")
        iam.attach_user_policy(UserName="administrator", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
        key = iam.create_access_key(UserName="administrator")["AccessKey"]
        cls.administrator = key["AccessKeyId"], key["SecretAccessKey"]

    def inside(self, service, role="OrganizationAccountAccessRole"):
        given = self.client("sts", keys=self.administrator).assume_role(
            RoleArn=f"arn:aws:iam::{self.other}:role/{role}", RoleSessionName="test")["Credentials"]
        return self.client(service, keys=(given["AccessKeyId"], given["SecretAccessKey"]), session_token=given["SessionToken"])

    def setUp(self):
        self.s3, self.theirs = self.client("s3"), self.inside("s3")
        self.id, self.their_id = (one.list_buckets()["Owner"]["ID"] for one in (self.s3, self.theirs))
        self.bucket = self._testMethodName.replace("_", "-")[-50:].strip("-")
        self.s3.create_bucket(Bucket=self.bucket, ObjectOwnership="ObjectWriter")
        self.s3.delete_public_access_block(Bucket=self.bucket)

    def anonymously(self, key):
        try:
            with urllib.request.urlopen(f"{self.server.url}/{self.bucket}/{key}") as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            return error.code

    def test_a_public_object_is_read_by_everybody_and_a_private_one_is_not(self):
        self.s3.put_object(Bucket=self.bucket, Key="public", Body=b"p", ACL="public-read")
        self.s3.put_object(Bucket=self.bucket, Key="private", Body=b"p")
        self.assertEqual((self.anonymously("public"), self.anonymously("private")), (b"p", 403))
        self.assertEqual(self.theirs.get_object(Bucket=self.bucket, Key="public")["Body"].read(), b"p")
        self.assertApiError("AccessDenied", self.theirs.get_object, Bucket=self.bucket, Key="private")
        grants = self.s3.get_object_acl(Bucket=self.bucket, Key="public")["Grants"]
        self.assertEqual([(g["Grantee"].get("ID", g["Grantee"].get("URI")), g["Permission"]) for g in grants],
                         [(self.id, "FULL_CONTROL"), (ALL_USERS, "READ")])

    def test_a_grant_to_another_account_needs_its_users_policies_too(self):
        self.s3.put_object(Bucket=self.bucket, Key="k", Body=b"v", GrantRead=f'id="{self.their_id}"')
        self.assertEqual(self.theirs.get_object(Bucket=self.bucket, Key="k")["Body"].read(), b"v")
        iam = self.inside("iam")
        iam.create_user(UserName="powerless")
        key = iam.create_access_key(UserName="powerless")["AccessKey"]
        powerless = self.client("s3", keys=(key["AccessKeyId"], key["SecretAccessKey"]))
        self.assertApiError("AccessDenied", powerless.get_object, Bucket=self.bucket, Key="k")
        iam.attach_user_policy(UserName="powerless", PolicyArn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
        self.assertEqual(powerless.get_object(Bucket=self.bucket, Key="k")["Body"].read(), b"v")

    def test_an_object_of_another_account_is_not_the_bucket_owners(self):
        self.s3.put_bucket_acl(Bucket=self.bucket, GrantWrite=f'id="{self.their_id}"', GrantFullControl=f'id="{self.id}"')
        self.theirs.put_object(Bucket=self.bucket, Key="k", Body=b"theirs")
        self.s3.put_bucket_policy(Bucket=self.bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "s3:*", "Resource": f"arn:aws:s3:::{self.bucket}/*"}]}))
        self.assertApiError("AccessDenied", self.s3.get_object, Bucket=self.bucket, Key="k")
        listed = self.s3.list_objects_v2(Bucket=self.bucket, FetchOwner=True)["Contents"][0]
        self.assertEqual(listed["Owner"]["ID"], self.their_id)
        self.theirs.put_object_acl(Bucket=self.bucket, Key="k", ACL="bucket-owner-full-control")
        self.assertEqual(self.s3.get_object(Bucket=self.bucket, Key="k")["Body"].read(), b"theirs")
        self.s3.delete_object(Bucket=self.bucket, Key="k")

    def test_preferred_and_enforced_ownership_give_objects_to_the_buckets_owner(self):
        def own(setting):
            self.s3.put_bucket_ownership_controls(Bucket=self.bucket, OwnershipControls={"Rules": [{"ObjectOwnership": setting}]})
        own("BucketOwnerPreferred")
        self.s3.put_bucket_acl(Bucket=self.bucket, GrantWrite=f'id="{self.their_id}"')
        self.theirs.put_object(Bucket=self.bucket, Key="given", Body=b"v", ACL="bucket-owner-full-control")
        self.theirs.put_object(Bucket=self.bucket, Key="kept", Body=b"v")
        self.assertEqual(self.s3.get_object(Bucket=self.bucket, Key="given")["Body"].read(), b"v")
        self.assertApiError("AccessDenied", self.s3.get_object, Bucket=self.bucket, Key="kept")
        with self.assertRaises(ClientError) as refused:
            own("BucketOwnerEnforced")
        self.assertEqual(refused.exception.response["Error"]["Code"], "InvalidBucketAclWithObjectOwnership")
        self.s3.put_bucket_acl(Bucket=self.bucket, ACL="private")
        own("BucketOwnerEnforced")
        self.assertEqual(self.s3.get_object(Bucket=self.bucket, Key="kept")["Body"].read(), b"v")
        self.assertApiError("AccessControlListNotSupported", self.s3.put_bucket_acl, Bucket=self.bucket, ACL="private")
        self.assertApiError("AccessControlListNotSupported", self.s3.put_object_acl, Bucket=self.bucket, Key="kept", ACL="private")

    def test_everything_is_there_after_a_restart(self):
        self.s3.put_bucket_acl(Bucket=self.bucket, ACL="public-read")
        self.s3.put_object(Bucket=self.bucket, Key="public", Body=b"p", ACL="public-read")
        acl = self.s3.get_bucket_acl(Bucket=self.bucket)
        self.server.stop()
        self.server.start()
        self.assertEqual(self.client("s3").get_bucket_acl(Bucket=self.bucket)["Grants"], acl["Grants"])
        self.assertEqual(self.anonymously("public"), b"p")

    def test_a_document_that_was_read_can_be_put_back_with_one_grant_more(self):
        acl = self.s3.get_bucket_acl(Bucket=self.bucket)
        acl["Grants"].append({"Grantee": {"Type": "CanonicalUser", "ID": self.their_id}, "Permission": "READ"})
        self.s3.put_bucket_acl(Bucket=self.bucket, AccessControlPolicy={"Owner": acl["Owner"], "Grants": acl["Grants"]})
        self.assertEqual(self.theirs.list_objects_v2(Bucket=self.bucket)["KeyCount"], 0)
        self.assertApiError("AccessDenied", self.theirs.put_object, Bucket=self.bucket, Key="k", Body=b"")
        email = {"Grantee": {"Type": "AmazonCustomerByEmail", "EmailAddress": "a@example.com"}, "Permission": "READ"}
        self.assertApiError("MethodNotAllowed", self.s3.put_bucket_acl, Bucket=self.bucket,
                            AccessControlPolicy={"Owner": acl["Owner"], "Grants": [email]})

    def test_why_names_the_grant_that_let_in(self):
        self.s3.put_object(Bucket=self.bucket, Key="k", Body=b"v", GrantRead=f'id="{self.their_id}"')
        answer = self.theirs.get_object(Bucket=self.bucket, Key="k")
        done = self.server.command("why", answer["ResponseMetadata"]["RequestId"])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f"READ to account {self.other} in ACL of object k in bucket {self.bucket}", done.stdout)


if __name__ == "__main__":
    server.main()
