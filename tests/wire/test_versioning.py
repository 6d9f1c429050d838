"""Versions and delete markers as boto3 sees them, also after the server was killed."""
import signal
import threading

import server
from server import Server, ServerTest


class Versioning(ServerTest):
    def setUp(self):
        self.s3 = self.client("s3")
        self.bucket = self._testMethodName.replace("_", "-")[-50:].strip("-")
        self.s3.create_bucket(Bucket=self.bucket)
        self.assertNotIn("Status", self.s3.get_bucket_versioning(Bucket=self.bucket))
        self.set("Enabled")

    def set(self, status):
        self.s3.put_bucket_versioning(Bucket=self.bucket, VersioningConfiguration={"Status": status})
        self.assertEqual(self.s3.get_bucket_versioning(Bucket=self.bucket)["Status"], status)

    def put(self, key, body):
        return self.s3.put_object(Bucket=self.bucket, Key=key, Body=body).get("VersionId")

    def get(self, key, **version):
        return self.s3.get_object(Bucket=self.bucket, Key=key, **version)["Body"].read()

    def versions(self, **parameters):
        """(key, id, latest) of versions and of delete markers."""
        pages = self.s3.get_paginator("list_object_versions").paginate(Bucket=self.bucket, **parameters)
        found = {"Versions": [], "DeleteMarkers": []}
        for page in pages:
            for kind, all_of_kind in found.items():
                all_of_kind += [(one["Key"], one["VersionId"], one["IsLatest"]) for one in page.get(kind, [])]
        return found["Versions"], found["DeleteMarkers"]

    def test_a_deleted_object_comes_back_when_its_delete_marker_is_deleted(self):
        first, second = self.put("k", b"one"), self.put("k", b"x" * 100_000)
        self.assertEqual(self.get("k", VersionId=first), b"one")
        deleted = self.s3.delete_object(Bucket=self.bucket, Key="k")
        self.assertTrue(deleted["DeleteMarker"])
        response = self.assertApiError("NoSuchKey", self.s3.get_object, Bucket=self.bucket, Key="k")
        self.assertEqual(response["ResponseMetadata"]["HTTPHeaders"]["x-amz-delete-marker"], "true")
        response = self.assertApiError("MethodNotAllowed", self.s3.get_object, Bucket=self.bucket, Key="k", VersionId=deleted["VersionId"])
        headers = response["ResponseMetadata"]["HTTPHeaders"]
        self.assertEqual((headers["x-amz-delete-marker"], headers["allow"]), ("true", "DELETE"))
        self.assertIn("last-modified", headers)
        self.assertApiError("405", self.s3.head_object, Bucket=self.bucket, Key="k", VersionId=deleted["VersionId"])
        self.assertEqual(self.s3.list_objects_v2(Bucket=self.bucket)["KeyCount"], 0)
        self.assertEqual(self.versions(), ([("k", second, False), ("k", first, False)], [("k", deleted["VersionId"], True)]))

        undone = self.s3.delete_object(Bucket=self.bucket, Key="k", VersionId=deleted["VersionId"])
        self.assertEqual((undone["DeleteMarker"], undone["VersionId"]), (True, deleted["VersionId"]))
        self.assertEqual(self.get("k"), b"x" * 100_000)

    def test_the_paginator_sees_every_version_once_on_small_pages(self):
        made = [(f"k{i % 7}", self.put(f"k{i % 7}", b"x")) for i in range(40)]
        listed, markers = self.versions(PaginationConfig={"PageSize": 3})
        self.assertEqual((sorted((key, version) for key, version, _ in listed), markers), (sorted(made), []))
        self.assertEqual([key for key, _, latest in listed if latest], [f"k{i}" for i in range(7)])
        newest_first = [version for key, version in reversed(made) if key == "k3"]
        self.assertEqual([version for key, version, _ in listed if key == "k3"], newest_first)

    def test_suspending_keeps_versions_and_replaces_the_null_version(self):
        kept = self.put("k", b"kept")
        self.set("Suspended")
        self.assertIsNone(self.put("k", b"first"))
        self.assertIsNone(self.put("k", b"second"))
        self.assertEqual(self.s3.head_object(Bucket=self.bucket, Key="k")["VersionId"], "null")
        self.assertEqual(self.versions(), ([("k", "null", True), ("k", kept, False)], []))
        self.assertEqual(self.s3.delete_object(Bucket=self.bucket, Key="k")["VersionId"], "null")
        self.assertEqual(self.versions(), ([("k", kept, False)], [("k", "null", True)]))

    def test_delete_objects_empties_a_bucket_with_versions_and_markers(self):
        for key in ("a", "b", "b"):
            self.put(key, b"x" * 20_000)
        made = self.s3.delete_objects(Bucket=self.bucket, Delete={"Objects": [{"Key": "a"}, {"Key": "b"}]})["Deleted"]
        self.assertTrue(all(one["DeleteMarker"] and one["DeleteMarkerVersionId"] for one in made))
        self.assertApiError("BucketNotEmpty", self.s3.delete_bucket, Bucket=self.bucket)
        versions, markers = self.versions()
        objects = [{"Key": key, "VersionId": version} for key, version, _ in versions + markers]
        deleted = self.s3.delete_objects(Bucket=self.bucket, Delete={"Objects": objects})["Deleted"]
        self.assertEqual(len(deleted), 5)
        self.assertEqual({one["VersionId"] for one in deleted if one.get("DeleteMarker")}, {version for _, version, _ in markers})
        self.s3.delete_bucket(Bucket=self.bucket)

    def test_an_earlier_version_is_restored_by_copying_it_and_tagged_by_its_id(self):
        first = self.put("k", b"one")
        self.put("k", b"two")
        source = {"Bucket": self.bucket, "Key": "k", "VersionId": first}
        copied = self.s3.copy_object(Bucket=self.bucket, Key="k", CopySource=source)
        self.assertEqual(copied["CopySourceVersionId"], first)
        self.assertEqual(self.get("k"), b"one")
        self.s3.put_object_tagging(Bucket=self.bucket, Key="k", VersionId=first, Tagging={"TagSet": [{"Key": "a", "Value": "1"}]})
        tags = self.s3.get_object_tagging(Bucket=self.bucket, Key="k", VersionId=first)
        self.assertEqual((tags["VersionId"], tags["TagSet"]), (first, [{"Key": "a", "Value": "1"}]))
        self.assertEqual(self.s3.get_object_tagging(Bucket=self.bucket, Key="k")["TagSet"], [])

        upload = self.s3.create_multipart_upload(Bucket=self.bucket, Key="p")["UploadId"]
        part = self.s3.upload_part_copy(Bucket=self.bucket, Key="p", UploadId=upload, PartNumber=1, CopySource=source)
        self.assertEqual(part["CopySourceVersionId"], first)
        done = self.s3.complete_multipart_upload(Bucket=self.bucket, Key="p", UploadId=upload, MultipartUpload={
            "Parts": [{"PartNumber": 1, "ETag": part["CopyPartResult"]["ETag"]}]})
        self.assertEqual(self.get("p", VersionId=done["VersionId"]), b"one")

    def test_mfa_delete_is_refused(self):
        self.assertApiError("AccessDenied", self.s3.put_bucket_versioning, Bucket=self.bucket,
                            VersioningConfiguration={"Status": "Enabled", "MFADelete": "Enabled"}, MFA="arn:aws:iam::1:mfa/m 123456")

    def test_versions_put_at_the_same_time_are_all_there(self):
        made, threads = [], []
        for n in range(8):
            client = self.client("s3")
            work = lambda client=client, n=n: [made.append(client.put_object(
                Bucket=self.bucket, Key="k", Body=f"{n}-{i}".encode())["VersionId"]) for i in range(10)]
            threads.append(threading.Thread(target=work))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        listed, _ = self.versions()
        self.assertEqual((len(made), sorted(version for _, version, _ in listed)), (80, sorted(made)))
        self.assertEqual([latest for *_, latest in listed], [True] + [False] * 79)


class VersionsAfterAKill(ServerTest):
    def test_every_acknowledged_version_and_marker_is_there_after_sigkill(self):
        own = Server()
        self.addCleanup(own.remove)
        s3 = own.client("s3")
        s3.create_bucket(Bucket="kept")
        s3.put_object(Bucket="kept", Key="k", Body=b"before")
        s3.put_bucket_versioning(Bucket="kept", VersioningConfiguration={"Status": "Enabled"})
        bodies = {s3.put_object(Bucket="kept", Key="k", Body=body)["VersionId"]: body for body in (b"a", b"b" * 100_000, b"c")}
        marker = s3.delete_object(Bucket="kept", Key="k")["VersionId"]
        own.stop(signal.SIGKILL)
        own.start()
        s3 = own.client("s3")
        self.assertEqual(s3.get_bucket_versioning(Bucket="kept")["Status"], "Enabled")
        page = s3.list_object_versions(Bucket="kept")
        self.assertEqual([one["VersionId"] for one in page["Versions"]], [*reversed(bodies), "null"])
        self.assertEqual([(one["VersionId"], one["IsLatest"]) for one in page["DeleteMarkers"]], [(marker, True)])
        for version, body in [*bodies.items(), ("null", b"before")]:
            self.assertEqual(s3.get_object(Bucket="kept", Key="k", VersionId=version)["Body"].read(), body)


if __name__ == "__main__":
    server.main()
