"""Deleting VPC 1's endpoint: its traffic goes by NAT, is denied, and only root and the user can repair the policy."""
import threading
import unittest

import lab
import scenario
from lab import BUCKET, LabTest

# A keep-alive client in the instance that lists the bucket in a loop over one connection at a time and prints each answer's
# status and, from the server's denial text, nothing else. Ends when standard input does.
LOOP = r"""
import http.client, ssl, sys, select, json, datetime, hashlib, hmac, urllib.request
from botocore.session import Session
from botocore.awsrequest import AWSRequest
from botocore.auth import S3SigV4Auth
session = Session()
credentials = session.get_credentials().get_frozen_credentials()
host = "s3.us-east-1.amazonaws.com"
context = ssl.create_default_context(cafile="/etc/ssl/certs/ca-certificates.crt")
connection = http.client.HTTPSConnection(host, context=context, timeout=3)
while not select.select([sys.stdin], [], [], 0)[0]:
    request = AWSRequest("GET", f"https://{host}/BUCKET?list-type=2")
    S3SigV4Auth(credentials, "s3", "us-east-1").add_auth(request)
    try:
        connection.request("GET", "/BUCKET?list-type=2", headers=dict(request.headers))
        answer = connection.getresponse()
        answer.read()
        print(answer.status, flush=True)
    except (OSError, http.client.HTTPException) as error:
        print("broken", flush=True)
        connection.close()
        connection = http.client.HTTPSConnection(host, context=context, timeout=3)
""".replace("BUCKET", BUCKET)


class EndpointDeletion(LabTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.made = scenario.build(cls.clients, BUCKET)
        cls.vpc1 = cls.made["vpc1"]
        cls.instance = cls.vpc1["instance"]

    def list_bucket(self):
        return self.inside(self.instance, "aws", "s3", "ls", f"s3://{BUCKET}")

    def put_policy(self, condition):
        policy = scenario.bucket_policy(self.clients, BUCKET, condition)
        self.clients.s3.put_bucket_policy(Bucket=BUCKET, Policy=policy)

    def delete_endpoints(self):
        found = self.clients.ec2.describe_vpc_endpoints(Filters=[{"Name": "vpc-id", "Values": [self.vpc1["vpc"]]}])
        ids = [endpoint["VpcEndpointId"] for endpoint in found["VpcEndpoints"]]
        if ids:
            self.assertEqual(self.clients.ec2.delete_vpc_endpoints(VpcEndpointIds=ids)["Unsuccessful"], [])

    def setUp(self):
        self.delete_endpoints()
        endpoint = scenario.create_endpoint(self.clients, self.vpc1["vpc"], self.vpc1["private_table"], "s3-vpc1")
        self.endpoint = endpoint
        self.put_policy(scenario.only_from(endpoint))
        self.works(self.list_bucket(), "dummy.txt")

    def test_without_the_endpoint_traffic_leaves_by_nat_with_the_elastic_ip_and_is_denied(self):
        self.delete_endpoints()
        self.denied(self.list_bucket(), "with an explicit deny in a resource-based policy")
        self.works(self.inside(self.instance, "aws", "s3", "ls"), BUCKET)
        line = lab.wait_for(lambda: self.audit(eventName="ListObjectsV2", errorCode="AccessDenied",
                                               sourceIPAddress=self.vpc1["nat_ip"]), "the audit line")[-1]
        self.assertNotIn("vpcEndpointId", line)

    def test_a_new_endpoint_has_another_id_and_is_denied_until_root_repairs_the_policy(self):
        self.delete_endpoints()
        new = scenario.create_endpoint(self.clients, self.vpc1["vpc"], self.vpc1["private_table"], "s3-vpc1-again")
        self.assertNotEqual(new, self.endpoint)
        self.denied(self.list_bucket(), "with an explicit deny in a resource-based policy")
        self.put_policy(scenario.only_from(new))
        self.works(self.list_bucket(), "dummy.txt")

    def test_a_condition_on_the_nat_address_keeps_the_instances_in(self):
        self.put_policy({**scenario.only_from(self.endpoint), "NotIpAddress": {"aws:SourceIp": self.vpc1["nat_ip"] + "/32"}})
        self.works(self.list_bucket(), "dummy.txt")
        self.delete_endpoints()
        self.works(self.list_bucket(), "dummy.txt")
        self.denied(self.inside(self.made["vpc2"]["instance"], "aws", "s3", "ls", f"s3://{BUCKET}"))

    def test_a_keep_alive_client_never_gets_another_answer_as_the_endpoint_once_it_is_deleted(self):
        import subprocess
        from server import BINARY
        client = subprocess.Popen([BINARY, "session", "--data", self.server.data, self.instance, "--", "/usr/bin/python3", "-c", LOOP],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        answers, changed = [], threading.Condition()

        def collect():
            for line in client.stdout:
                with changed:
                    answers.append(line.strip())
                    changed.notify_all()
        reader = threading.Thread(target=collect)
        reader.start()
        try:
            lab.wait_for(lambda: answers.count("200") >= 20, "twenty listings by the endpoint")
            self.clients.ec2.delete_vpc_endpoints(VpcEndpointIds=[self.endpoint])
            last = self.clients.s3.head_bucket(Bucket=BUCKET)["ResponseMetadata"]["HTTPHeaders"]["date"]
            acknowledged = len(answers)
            lab.wait_for(lambda: answers.count("403") >= 5, f"denied listings by NAT after {last}")
        finally:
            client.stdin.close()
            client.wait(timeout=20)
            reader.join()
            client.stdout.close()
            client.stderr.close()
        # What was printed after the acknowledgement may have been answered before it, but only one such line can be under way.
        self.assertNotIn("200", answers[acknowledged + 1:], answers)


if __name__ == "__main__":
    lab.skip_without_lab()
    unittest.main(verbosity=2, warnings="ignore")
