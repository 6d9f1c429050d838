"""Object lock as boto3 sees it, also after the server was killed."""
import base64
import datetime
import hashlib
import signal

import server
from server import ServerTest


def days(count):
    return datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) + datetime.timedelta(days=count)


class ObjectLock(ServerTest):
    def setUp(self):
        self.s3 = self.client("s3")
        self.bucket = self._testMethodName.replace("_", "-")[-50:].strip("-")
        self.s3.create_bucket(Bucket=self.bucket, ObjectLockEnabledForBucket=True)

    def put(self, key, body=b"x", **parameters):
        digest = base64.b64encode(hashlib.md5(body).digest()).decode()
        return self.s3.put_object(Bucket=self.bucket, Key=key, Body=body, ContentMD5=digest, **parameters)["VersionId"]

    def delete(self, key, version, **parameters):
        return self.s3.delete_object(Bucket=self.bucket, Key=key, VersionId=version, **parameters)

    def test_the_default_retention_locks_new_versions(self):
        configuration = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 1}}}
        self.s3.put_object_lock_configuration(Bucket=self.bucket, ObjectLockConfiguration=configuration)
        self.assertEqual(self.s3.get_object_lock_configuration(Bucket=self.bucket)["ObjectLockConfiguration"], configuration)
        version = self.put("k")
        head = self.s3.head_object(Bucket=self.bucket, Key="k")
        self.assertEqual(head["ObjectLockMode"], "COMPLIANCE")
        self.assertGreater(head["ObjectLockRetainUntilDate"], days(0.9))
        response = self.assertApiError("AccessDenied", self.delete, "k", version, BypassGovernanceRetention=True)
        self.assertEqual(response["Error"]["Message"], "Access Denied because object protected by object lock.")

    def test_retention_and_legal_hold_are_set_read_and_ended(self):
        version = self.put("k")
        retention = {"Mode": "GOVERNANCE", "RetainUntilDate": days(3)}
        self.s3.put_object_retention(Bucket=self.bucket, Key="k", Retention=retention)
        self.assertEqual(self.s3.get_object_retention(Bucket=self.bucket, Key="k")["Retention"], retention)
        shorter = {"Mode": "GOVERNANCE", "RetainUntilDate": days(1)}
        self.assertApiError("AccessDenied", self.s3.put_object_retention, Bucket=self.bucket, Key="k", Retention=shorter)
        self.s3.put_object_retention(Bucket=self.bucket, Key="k", Retention=shorter, BypassGovernanceRetention=True)
        self.s3.put_object_legal_hold(Bucket=self.bucket, Key="k", LegalHold={"Status": "ON"})
        self.assertApiError("AccessDenied", self.delete, "k", version, BypassGovernanceRetention=True)
        self.s3.put_object_legal_hold(Bucket=self.bucket, Key="k", LegalHold={"Status": "OFF"})
        self.assertApiError("AccessDenied", self.delete, "k", version)
        self.delete("k", version, BypassGovernanceRetention=True)
        self.assertApiError("NoSuchKey", self.s3.get_object, Bucket=self.bucket, Key="k")

    def test_versioning_can_not_be_suspended(self):
        response = self.assertApiError("InvalidBucketState", self.s3.put_bucket_versioning, Bucket=self.bucket,
                                       VersioningConfiguration={"Status": "Suspended"})
        self.assertEqual(response["ResponseMetadata"]["HTTPStatusCode"], 409)

    def test_retention_that_is_over_locks_nothing(self):
        until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=2)
        version = self.put("k", ObjectLockMode="COMPLIANCE", ObjectLockRetainUntilDate=until)
        while datetime.datetime.now(datetime.timezone.utc) < until:
            try:
                self.delete("k", version)
            except self.s3.exceptions.ClientError as error:
                self.assertEqual(error.response["Error"]["Code"], "AccessDenied")
            else:
                self.assertGreater(datetime.datetime.now(datetime.timezone.utc), until - datetime.timedelta(seconds=1))
                return
        self.delete("k", version)


class AfterAKill(ServerTest):
    def test_locks_are_there(self):
        s3 = self.client("s3")
        s3.create_bucket(Bucket="demo-locked", ObjectLockEnabledForBucket=True)
        digest = base64.b64encode(hashlib.md5(b"x").digest()).decode()
        version = s3.put_object(Bucket="demo-locked", Key="k", Body=b"x", ContentMD5=digest, ObjectLockMode="COMPLIANCE",
                                ObjectLockRetainUntilDate=days(1), ObjectLockLegalHoldStatus="ON")["VersionId"]
        self.server.stop(signal.SIGKILL)
        self.server.start()
        s3 = self.client("s3")
        head = s3.head_object(Bucket="demo-locked", Key="k")
        self.assertEqual((head["ObjectLockMode"], head["ObjectLockLegalHoldStatus"]), ("COMPLIANCE", "ON"))
        self.assertApiError("AccessDenied", s3.delete_object, Bucket="demo-locked", Key="k", VersionId=version)


if __name__ == "__main__":
    server.main()
