"""Lifecycle rules as boto3 sets them, and the server's own work by them."""
import signal
import time

import server
from server import ServerTest


class Lifecycle(ServerTest):
    def setUp(self):
        self.s3 = self.client("s3")
        self.bucket = self._testMethodName.replace("_", "-")[-50:].strip("-")
        self.s3.create_bucket(Bucket=self.bucket)

    def set(self, *rules):
        self.s3.put_bucket_lifecycle_configuration(Bucket=self.bucket, LifecycleConfiguration={"Rules": list(rules)})

    def keys(self):
        return [entry["Key"] for entry in self.client("s3").list_objects_v2(Bucket=self.bucket).get("Contents", [])]

    def until(self, holds):
        deadline = time.monotonic() + 60
        while not holds():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.1)

    def test_rules_come_back(self):
        rules = [{"ID": "one", "Prefix": "old/", "Status": "Enabled", "Expiration": {"Days": 31}},
                 {"ID": "two", "Filter": {"And": {"Prefix": "a", "Tags": [{"Key": "k", "Value": "v"}], "ObjectSizeGreaterThan": 5}},
                  "Status": "Disabled", "NoncurrentVersionExpiration": {"NoncurrentDays": 3, "NewerNoncurrentVersions": 2}},
                 {"ID": "three", "Filter": {"Prefix": ""}, "Status": "Enabled",
                  "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}, "Expiration": {"ExpiredObjectDeleteMarker": True}}]
        self.set(*rules)
        self.assertEqual(self.s3.get_bucket_lifecycle_configuration(Bucket=self.bucket)["Rules"], rules)
        self.s3.delete_bucket_lifecycle(Bucket=self.bucket)
        self.assertApiError("NoSuchLifecycleConfiguration", self.s3.get_bucket_lifecycle_configuration, Bucket=self.bucket)

    def test_objects_past_their_date_are_deleted_in_the_background(self):
        for key in ("gone/1", "gone/2", "kept"):
            self.s3.put_object(Bucket=self.bucket, Key=key, Body=b"x" * 100_000)
        self.set({"ID": "past", "Filter": {"Prefix": "gone/"}, "Status": "Enabled", "Expiration": {"Date": "2020-01-01T00:00:00Z"}})
        self.until(lambda: self.keys() == ["kept"])
        self.assertIn('rule-id="past"', self.s3.put_object(Bucket=self.bucket, Key="gone/3", Body=b"x")["Expiration"])

    def test_what_was_due_while_the_server_was_down_is_done_after_its_start(self):
        self.set({"ID": "past", "Filter": {"Prefix": "gone/"}, "Status": "Enabled", "Expiration": {"Date": "2020-01-01T00:00:00Z"}})
        self.s3.put_object(Bucket=self.bucket, Key="gone/1", Body=b"x")
        self.server.stop(signal.SIGKILL)
        self.server.start()
        self.until(lambda: self.keys() == [])


if __name__ == "__main__":
    server.main()
