"""Which road a request came by: route tables, bytes, and what no client can forge."""
import json
import unittest

import lab
import scenario
from lab import BUCKET, LabTest

# A correctly signed GET of a path from inside an instance, with further headers (a forged Host is signed, too); prints the status.
SIGNED_GET = """
import http.client, json, sys
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.session import Session
path, headers = sys.argv[1], json.loads(sys.argv[2])
real = "s3.us-east-1.amazonaws.com"
request = AWSRequest("GET", f"http://{headers.get('Host', real)}{path}")
S3SigV4Auth(Session().get_credentials().get_frozen_credentials(), "s3", "us-east-1").add_auth(request)
connection = http.client.HTTPConnection(real, timeout=5)
connection.request("GET", path, headers={**dict(request.headers), **headers})
print(connection.getresponse().status)
"""


class Roads(LabTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.made = scenario.build(cls.clients, BUCKET)
        cls.vpc1, cls.vpc2 = cls.made["vpc1"], cls.made["vpc2"]
        cls.one, cls.two = cls.vpc1["instance"], cls.vpc2["instance"]
        cls.clients.s3.create_bucket(Bucket="open")

    def road_of_last(self, **fields):
        return lab.wait_for(lambda: self.audit(**fields), f"an audit line with {fields}")[-1]

    def denied_road(self, instance, key):
        """Asks for a key of the closed bucket that only this test uses; the audit line of its denial."""
        self.denied(self.inside(instance, "aws", "s3api", "get-object", "--bucket", BUCKET, "--key", key, "/dev/null"))
        return self.denial_of(key)

    def denial_of(self, key):
        lines = lab.wait_for(lambda: [line for line in self.audit(errorCode="AccessDenied")
                                      if (line.get("requestParameters") or {}).get("key") == key], f"the denial of {key}")
        return lines[-1]

    def nat_bytes(self, network):
        nat = self.vpc_status(network["vpc"])["NatGateways"][0]
        return nat["BytesIn"] + nat["BytesOut"]

    def endpoint_bytes(self, network):
        return sum(endpoint["BytesIn"] + endpoint["BytesOut"] for endpoint in self.vpc_status(network["vpc"])["Endpoints"])

    def test_100_mb_by_the_endpoint_leave_the_nat_gateways_counters_alone(self):
        before, endpoint_before = self.nat_bytes(self.vpc1), self.endpoint_bytes(self.vpc1)
        self.works(self.shell(self.one, "head -c 100000000 /dev/zero | aws s3 cp - s3://open/by-endpoint", timeout=120))
        self.assertLess(self.nat_bytes(self.vpc1) - before, 100_000)
        self.assertGreater(self.endpoint_bytes(self.vpc1) - endpoint_before, 100_000_000)

    def test_100_mb_without_an_endpoint_show_in_the_nat_gateways_counters(self):
        ec2 = self.clients.ec2
        gateway = self.vpc2["nat"]
        table = ec2.create_route_table(VpcId=self.vpc2["vpc"])["RouteTable"]["RouteTableId"]
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=gateway)
        moved = ec2.replace_route_table_association(AssociationId=self.association_of(self.vpc2), RouteTableId=table)["NewAssociationId"]
        try:
            before, endpoint_before = self.nat_bytes(self.vpc2), self.endpoint_bytes(self.vpc2)
            self.works(self.shell(self.two, "head -c 100000000 /dev/zero | aws s3 cp - s3://open/by-nat", timeout=120))
            self.assertGreater(self.nat_bytes(self.vpc2) - before, 100_000_000)
            self.assertLess(self.nat_bytes(self.vpc2) - before, 120_000_000)  # headers and acknowledgements, but nothing twice
            self.assertLess(self.endpoint_bytes(self.vpc2) - endpoint_before, 100_000)
            done = self.server.command("status")  # the same for people
            self.assertRegex(done.stdout, rf"{gateway}.*1\d\d(\.\d)? MB")
        finally:
            ec2.replace_route_table_association(AssociationId=moved, RouteTableId=self.vpc2["private_table"])

    def association_of(self, network):
        """Of the private subnet that the instance is in with its route table."""
        found = self.clients.ec2.describe_route_tables(RouteTableIds=[network["private_table"]])["RouteTables"]
        return next(one["RouteTableAssociationId"] for table in found for one in table["Associations"]
                    if one.get("SubnetId") == network["private_subnets"][0])

    def test_dns_is_answered_over_tcp_as_over_udp(self):
        script = ("import socket,struct;"
                  "q=struct.pack('!6H',7,256,1,0,0,0)+b'\\x02s3\\x09us-east-1\\x09amazonaws\\x03com\\0'+struct.pack('!2H',1,1);"
                  "u=socket.socket(socket.AF_INET,socket.SOCK_DGRAM);u.settimeout(5);u.sendto(q,('169.254.169.253',53));udp=u.recv(999);"
                  "t=socket.create_connection(('169.254.169.253',53),5);t.sendall(2*(struct.pack('!H',len(q))+q));f=t.makefile('rb');"
                  "answers=[f.read(struct.unpack('!H',f.read(2))[0]) for _ in range(2)];"
                  "print(answers==[udp,udp], len(udp)>len(q))")
        self.assertEqual(self.works(self.inside(self.one, "/usr/bin/python3", "-c", script)), "True True\n")

    def test_two_endpoints_in_one_vpc_each_report_their_own_id_and_a_subnet_can_move_between_them(self):
        ec2 = self.clients.ec2
        table = ec2.create_route_table(VpcId=self.vpc2["vpc"])["RouteTable"]["RouteTableId"]
        second = scenario.create_endpoint(self.clients, self.vpc2["vpc"], table, "s3-vpc2-second")
        self.addCleanup(ec2.delete_vpc_endpoints, VpcEndpointIds=[second])
        self.assertEqual(self.denied_road(self.two, "first")["vpcEndpointId"], self.vpc2["endpoint"])
        association = self.association_of(self.vpc2)
        moved = ec2.replace_route_table_association(AssociationId=association, RouteTableId=table)["NewAssociationId"]
        self.assertEqual(self.denied_road(self.two, "second")["vpcEndpointId"], second)
        ec2.replace_route_table_association(AssociationId=moved, RouteTableId=self.vpc2["private_table"])
        self.assertEqual(self.denied_road(self.two, "third")["vpcEndpointId"], self.vpc2["endpoint"])

    def test_without_nat_and_endpoint_the_bucket_does_not_answer_at_all(self):
        ec2 = self.clients.ec2
        table = ec2.create_route_table(VpcId=self.vpc2["vpc"])["RouteTable"]["RouteTableId"]
        association = self.association_of(self.vpc2)
        moved = ec2.replace_route_table_association(AssociationId=association, RouteTableId=table)["NewAssociationId"]
        try:
            done = self.inside(self.two, "curl", "-sS", "--max-time", "3", "https://s3.us-east-1.amazonaws.com/open")
            self.assertEqual(done.returncode, 28, "curl must time out: " + done.stdout + done.stderr)
        finally:
            ec2.replace_route_table_association(AssociationId=moved, RouteTableId=self.vpc2["private_table"])

    def test_a_forwarded_for_header_and_a_forged_host_change_nothing(self):
        forged = [{"X-Forwarded-For": self.vpc1["nat_ip"]}, {"Aws-Source-Vpce": self.vpc1["endpoint"]}, {"Forwarded": "for=10.0.8.4"},
                  {"Host": f"{self.vpc1['endpoint']}.s3.us-east-1.vpce.amazonaws.com"}, {"Host": "127.0.0.1"}]
        for number, headers in enumerate(forged):
            with self.subTest(headers=headers):
                done = self.inside(self.two, "/usr/bin/python3", "-c", SIGNED_GET, f"/{BUCKET}/forged-{number}", json.dumps(headers))
                self.assertEqual(done.stdout.strip(), "403", done.stderr)
                line = self.denial_of(f"forged-{number}")
                self.assertEqual(line["vpcEndpointId"], self.vpc2["endpoint"])
                self.assertIn("with an explicit deny in a resource-based policy", line["errorMessage"])

    def test_a_proxy_header_on_an_ordinary_listener_is_no_http_request(self):
        header = "0d0a0d0a000d0a515549540a21110017" "0a00080467676767c35001bb" "ea000801" "767063652d3031"
        script = ("import socket,sys; s=socket.create_connection(('s3.us-east-1.amazonaws.com',80),3);"
                  f"s.sendall(bytes.fromhex('{header}')+b'GET / HTTP/1.1\\r\\nHost: s3.us-east-1.amazonaws.com\\r\\n\\r\\n');"
                  "print(s.recv(100).split(b' ')[1:2])")
        done = self.inside(self.two, "/usr/bin/python3", "-c", script)
        self.assertNotIn("200", done.stdout)

    def test_packets_with_a_foreign_source_address_get_no_answer(self):
        script = ("import socket,sys; s=socket.socket(); s.setsockopt(socket.SOL_IP, 15, 1);"  # IP_FREEBIND
                  "s.bind(('10.0.8.4',0)); s.settimeout(2); s.connect(('s3.us-east-1.amazonaws.com',80)); print('connected')")
        done = self.inside(self.two, "/usr/bin/python3", "-c", script)
        self.assertNotIn("connected", done.stdout)

    def test_vpc_1s_addresses_are_not_reachable_from_vpc_2(self):
        address = self.vpc_status(self.vpc1["vpc"])["Instances"][0]["PrivateIp"]
        done = self.inside(self.two, "curl", "-sS", "--max-time", "2", f"http://{address}/")
        self.assertNotEqual(done.returncode, 0)


if __name__ == "__main__":
    lab.skip_without_lab()
    unittest.main(verbosity=2, warnings="ignore")
