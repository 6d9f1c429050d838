"""EC2 as Debian's boto3 sees it: replies that botocore's own model of the API can read, and errors by AWS's codes."""
import pathlib
import subprocess
import tempfile

from server import ServerTest, main

NO_ID = "0123456789abcdef0"


class Ec2(ServerTest):
    def setUp(self):
        super().setUp()
        self.ec2 = self.client("ec2")

    def make_network(self):
        vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnet = self.ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24", AvailabilityZone="us-east-1a")["Subnet"]["SubnetId"]
        gateway = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        table = self.ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        self.ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
        return vpc, subnet, gateway, table

    def test_a_network_is_made_seen_and_taken_down(self):
        vpc, subnet, gateway, table = self.make_network()
        self.ec2.get_waiter("vpc_available").wait(VpcIds=[vpc])
        self.ec2.get_waiter("subnet_available").wait(SubnetIds=[subnet])
        address = self.ec2.allocate_address(Domain="vpc")["AllocationId"]
        nat = self.ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)["NatGateway"]["NatGatewayId"]
        self.ec2.get_waiter("nat_gateway_available").wait(NatGatewayIds=[nat])
        self.ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
        routes = self.ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
        self.assertEqual([(r["DestinationCidrBlock"], r["GatewayId"], r["State"]) for r in routes],
                         [("10.0.0.0/16", "local", "active"), ("0.0.0.0/0", gateway, "active")])
        self.assertApiError("DependencyViolation", self.ec2.delete_vpc, VpcId=vpc)
        self.ec2.delete_nat_gateway(NatGatewayId=nat)
        self.ec2.get_waiter("nat_gateway_deleted").wait(NatGatewayIds=[nat])
        self.ec2.release_address(AllocationId=address)
        association = self.ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Associations"][0]
        self.ec2.disassociate_route_table(AssociationId=association["RouteTableAssociationId"])
        self.ec2.delete_route_table(RouteTableId=table)
        self.ec2.delete_subnet(SubnetId=subnet)
        self.ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        self.ec2.delete_internet_gateway(InternetGatewayId=gateway)
        self.ec2.delete_vpc(VpcId=vpc)
        self.assertApiError("InvalidVpcID.NotFound", self.ec2.describe_vpcs, VpcIds=[vpc])

    def test_a_gateway_endpoint_shows_its_tables_policy_and_prefix_list(self):
        vpc, _, _, table = self.make_network()
        endpoint = self.ec2.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.us-east-1.s3", RouteTableIds=[table])["VpcEndpoint"]
        self.assertEqual(endpoint["State"], "available")
        shown = self.ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"]])["VpcEndpoints"][0]
        self.assertEqual(shown["RouteTableIds"], [table])
        lists = self.ec2.describe_prefix_lists(Filters=[{"Name": "prefix-list-name", "Values": [endpoint["ServiceName"]]}])
        route = self.ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"][-1]
        self.assertEqual(route["DestinationPrefixListId"], lists["PrefixLists"][0]["PrefixListId"])
        self.assertEqual(self.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"]])["Unsuccessful"], [])
        self.assertApiError("InvalidVpcEndpointId.NotFound", self.ec2.describe_vpc_endpoints, VpcEndpointIds=[endpoint["VpcEndpointId"]])

    def test_security_group_rules_are_read_as_they_were_written(self):
        vpc, *_ = self.make_network()
        group = self.ec2.create_security_group(GroupName="web", Description="of web", VpcId=vpc)["GroupId"]
        permission = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 81, "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "ours"}],
                      "Ipv6Ranges": [{"CidrIpv6": "fd00::/8"}], "UserIdGroupPairs": [{"GroupId": group, "UserId": "123456789012"}],
                      "PrefixListIds": [{"PrefixListId": "pl-63a5400a"}]}
        rules = self.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])["SecurityGroupRules"]
        self.assertEqual(len(rules), 4)
        self.assertEqual(self.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"], [permission])
        self.assertApiError("InvalidPermission.Duplicate", self.ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=[permission])
        self.ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[permission])
        self.assertEqual(self.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"], [])

    def test_an_instance_that_cannot_run_says_why(self):
        _, subnet, *_ = self.make_network()
        images = self.ec2.describe_images(
            Owners=["amazon"], Filters=[{"Name": "name", "Values": ["al2023-ami-2023*-kernel-*-x86_64"]}])["Images"]
        newest = max(images, key=lambda image: image["CreationDate"])
        launched = self.ec2.run_instances(ImageId=newest["ImageId"], InstanceType="t3.micro", SubnetId=subnet, MinCount=1, MaxCount=1)
        instance = launched["Instances"][0]
        self.assertEqual(instance["State"], {"Code": 0, "Name": "pending"})
        self.ec2.get_waiter("instance_terminated").wait(InstanceIds=[instance["InstanceId"]])
        shown = self.ec2.describe_instances(InstanceIds=[instance["InstanceId"]])["Reservations"][0]["Instances"][0]
        self.assertEqual(shown["StateReason"]["Code"], "Server.InternalError")
        self.assertIn("without a lab", shown["StateReason"]["Message"])

    def test_pages_hold_every_vpc_once(self):
        made = {self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"] for _ in range(11)}
        pages = list(self.ec2.get_paginator("describe_vpcs").paginate(PaginationConfig={"PageSize": 5}))
        seen = [vpc["VpcId"] for page in pages for vpc in page["Vpcs"]]
        self.assertEqual(len(pages), 3)
        self.assertEqual(len(seen), len(set(seen)))
        self.assertLessEqual(made, set(seen))

    def test_a_key_pair_is_what_ssh_keygen_makes_of_its_private_key(self):
        for kind in ("rsa", "ed25519"):
            with self.subTest(kind), tempfile.TemporaryDirectory() as folder:
                made = self.ec2.create_key_pair(KeyName=kind, KeyType=kind)
                file = pathlib.Path(folder, "key")
                file.touch(mode=0o600)
                file.write_text(made["KeyMaterial"])
                public = self.ec2.describe_key_pairs(KeyNames=[kind], IncludePublicKey=True)["KeyPairs"][0]["PublicKey"]
                try:
                    told = subprocess.run(["ssh-keygen", "-y", "-f", file], capture_output=True, text=True)
                except FileNotFoundError:
                    self.skipTest("ssh-keygen is not installed")
                self.assertEqual(told.stdout.split()[:2], public.split()[:2], told.stderr)
                again = self.ec2.import_key_pair(KeyName=kind + "2", PublicKeyMaterial=public.encode())
                self.assertEqual(self.ec2.describe_key_pairs(KeyPairIds=[again["KeyPairId"]])["KeyPairs"][0]["KeyType"], kind)

    def test_each_catalogue_is_readable(self):
        self.assertGreater(len(self.ec2.describe_regions()["Regions"]), 30)
        self.assertEqual(len(self.ec2.describe_availability_zones()["AvailabilityZones"]), 6)
        types = [t for page in self.ec2.get_paginator("describe_instance_types").paginate() for t in page["InstanceTypes"]]
        self.assertIn("t3.micro", [t["InstanceType"] for t in types])
        self.assertEqual(len(self.ec2.describe_instance_type_offerings()["InstanceTypeOfferings"]), len(types))
        self.assertEqual(self.ec2.describe_vpc_endpoint_services()["ServiceNames"], ["com.amazonaws.us-east-1.s3"])
        self.assertEqual(self.ec2.describe_dhcp_options()["DhcpOptions"][0]["DhcpConfigurations"][0]["Values"], [{"Value": "ec2.internal"}])

    def test_what_is_missing_dry_or_not_implemented_is_told(self):
        self.assertApiError("InvalidSubnetID.NotFound", self.ec2.describe_subnets, SubnetIds=["subnet-" + NO_ID])
        self.assertApiError("InvalidInstanceID.NotFound", self.ec2.terminate_instances, InstanceIds=["i-" + NO_ID])
        self.assertApiError("DryRunOperation", self.ec2.create_vpc, CidrBlock="10.0.0.0/16", DryRun=True)
        answer = self.assertApiError("NotImplemented", self.ec2.create_transit_gateway)
        self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], 501)

    def test_regions_are_apart(self):
        vpc, *_ = self.make_network()
        elsewhere = self.client("ec2", region="eu-central-1")
        self.assertApiError("InvalidVpcID.NotFound", elsewhere.describe_vpcs, VpcIds=[vpc])
        self.assertEqual([v["CidrBlock"] for v in elsewhere.describe_vpcs()["Vpcs"]], ["172.31.0.0/16"])


if __name__ == "__main__":
    main()
