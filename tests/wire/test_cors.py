"""CORS as boto3 sets it and a browser meets it: preflights without credentials, and headers on what follows."""
import urllib.error
import urllib.request

import server
from server import ServerTest


class Cors(ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.s3 = cls.server.client("s3")
        cls.s3.create_bucket(Bucket="demo-cors")
        cls.s3.put_object(Bucket="demo-cors", Key="k", Body=b"x")
        cls.rules = [{"AllowedMethods": ["GET", "PUT"], "AllowedOrigins": ["https://app.example"], "AllowedHeaders": ["*"],
                      "ExposeHeaders": ["ETag"], "MaxAgeSeconds": 600}]
        cls.s3.put_bucket_cors(Bucket="demo-cors", CORSConfiguration={"CORSRules": cls.rules})

    def ask(self, method, url, **headers):
        request = urllib.request.Request(url, method=method, headers={name.replace("_", "-"): value for name, value in headers.items()})
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read().decode()

    def test_rules_come_back(self):
        self.assertEqual(self.s3.get_bucket_cors(Bucket="demo-cors")["CORSRules"], self.rules)

    def test_a_preflight_of_a_presigned_url_is_not_about_its_signature(self):
        url = self.s3.generate_presigned_url("put_object", Params={"Bucket": "demo-cors", "Key": "new"})
        status, headers, _ = self.ask("OPTIONS", url, Origin="https://app.example", Access_Control_Request_Method="PUT",
                                      Access_Control_Request_Headers="content-type")
        self.assertEqual((status, headers["Access-Control-Allow-Origin"], headers["Access-Control-Allow-Methods"],
                          headers["Access-Control-Allow-Headers"], headers["Access-Control-Max-Age"]),
                         (200, "https://app.example", "GET, PUT", "content-type", "600"))
        status, headers, body = self.ask("OPTIONS", url, Origin="https://other.example", Access_Control_Request_Method="PUT")
        self.assertEqual((status, headers["Access-Control-Allow-Origin"]), (403, None))
        self.assertIn("<Code>AccessForbidden</Code>", body)
        status, _, body = self.ask("OPTIONS", url)
        self.assertEqual(status, 400)
        self.assertIn("Origin request header needed", body)

    def test_scripts_see_objects_and_the_errors_of_expired_or_unsigned_requests(self):
        url = self.s3.generate_presigned_url("get_object", Params={"Bucket": "demo-cors", "Key": "k"})
        status, headers, body = self.ask("GET", url, Origin="https://app.example")
        self.assertEqual((status, body, headers["Access-Control-Allow-Origin"]), (200, "x", "https://app.example"))
        for refused in (url.replace("Expires", "Expired"), url[:-1] + ("0" if url[-1] != "0" else "1"), url.split("?")[0]):
            status, headers, body = self.ask("GET", refused, Origin="https://app.example")
            self.assertEqual((status, headers["Access-Control-Allow-Origin"]), (403, "https://app.example"), body)

    def test_other_services_have_no_preflights(self):
        status, _, _ = self.ask("OPTIONS", self.server.url + "/", Host="iam.amazonaws.com", Origin="https://app.example",
                                Access_Control_Request_Method="POST")
        self.assertIn(status, (400, 403))


if __name__ == "__main__":
    server.main()
