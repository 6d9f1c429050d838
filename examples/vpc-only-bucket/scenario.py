"""The reference scenario by boto3: two VPCs, an instance in each, and a bucket that only VPC 1 can reach.

    clients = Clients(endpoint_url="http://127.0.0.1:4566", aws_access_key_id=…, aws_secret_access_key=…, region_name=…)
    made = build(clients, bucket="vpc1-only-bucket")
    destroy(clients, made)

The same as terraform/ beside this file, call for call.
"""
import ipaddress
import json

import boto3
import botocore.config

ROLE, PROFILE, ADMIN = "ec2_s3access_role", "ec2_s3access_profile", "bucket-admin"
MANAGED = ["AmazonS3FullAccess", "AmazonSSMManagedInstanceCore"]


class Clients:
    """The clients of one account and region; without endpoint_url those of AWS itself."""

    def __init__(self, **settings):
        config = botocore.config.Config(s3={"addressing_style": "path"})
        session = boto3.session.Session()
        for service in ("ec2", "iam", "s3", "sts"):
            setattr(self, service, session.client(service, config=config, **settings))
        self.region = self.ec2.meta.region_name
        self.account = self.sts.get_caller_identity()["Account"]


def name_tag(kind, name):
    return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": name}]}]


def build_vpc(clients, name, cidr, zones):
    """A VPC with two public and two private subnets, an internet gateway and a NAT gateway; returns their ids."""
    ec2 = clients.ec2
    blocks = [str(block) for block in ipaddress.ip_network(cidr).subnets(prefixlen_diff=2)]
    vpc = ec2.create_vpc(CidrBlock=cidr, TagSpecifications=name_tag("vpc", name))["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})

    def subnet(kind, number, block):
        made = ec2.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone=zones[number],
                                 TagSpecifications=name_tag("subnet", f"{name}-{kind}-{number + 1}"))
        return made["Subnet"]["SubnetId"]

    public = [subnet("public", number, blocks[number]) for number in (0, 1)]
    private = [subnet("private", number, blocks[number + 2]) for number in (0, 1)]
    gateway = ec2.create_internet_gateway(TagSpecifications=name_tag("internet-gateway", name))
    gateway = gateway["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    address = ec2.allocate_address(Domain="vpc")
    nat = ec2.create_nat_gateway(AllocationId=address["AllocationId"], SubnetId=public[0],
                                 TagSpecifications=name_tag("natgateway", name))["NatGateway"]["NatGatewayId"]
    ec2.get_waiter("nat_gateway_available").wait(NatGatewayIds=[nat], WaiterConfig={"Delay": 1})

    def route_table(kind, subnets, **target):
        table = ec2.create_route_table(VpcId=vpc, TagSpecifications=name_tag("route-table", f"{name}-{kind}"))
        table = table["RouteTable"]["RouteTableId"]
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", **target)
        for one in subnets:
            ec2.associate_route_table(RouteTableId=table, SubnetId=one)
        return table

    route_table("public", public, GatewayId=gateway)
    private_table = route_table("private", private, NatGatewayId=nat)
    endpoint = create_endpoint(clients, vpc, private_table, f"s3-{name}")
    group = ec2.create_security_group(GroupName=f"{name}-instance", Description="No way in, every way out", VpcId=vpc)["GroupId"]
    return {"name": name, "vpc": vpc, "private_subnets": private, "private_table": private_table, "endpoint": endpoint,
            "nat": nat, "nat_ip": address["PublicIp"], "allocation": address["AllocationId"], "group": group}


def create_endpoint(clients, vpc, table, name):
    made = clients.ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=f"com.amazonaws.{clients.region}.s3", RouteTableIds=[table],
                                           TagSpecifications=name_tag("vpc-endpoint", name))
    return made["VpcEndpoint"]["VpcEndpointId"]


def build_identities(clients):
    iam = clients.iam
    iam.create_user(UserName=ADMIN)
    iam.attach_user_policy(UserName=ADMIN, PolicyArn=f"arn:aws:iam::aws:policy/{MANAGED[0]}")
    trust = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(trust))
    for policy in MANAGED:
        iam.attach_role_policy(RoleName=ROLE, PolicyArn=f"arn:aws:iam::aws:policy/{policy}")
    iam.create_instance_profile(InstanceProfileName=PROFILE)
    iam.add_role_to_instance_profile(InstanceProfileName=PROFILE, RoleName=ROLE)


def bucket_policy(clients, bucket, condition):
    """Denies every principal but the account's root and the one user, unless the condition is false."""
    return json.dumps({"Version": "2012-10-17", "Statement": [{
        "Sid": "OnlyFromVpc1", "Effect": "Deny",
        "NotPrincipal": {"AWS": [f"arn:aws:iam::{clients.account}:root", f"arn:aws:iam::{clients.account}:user/{ADMIN}"]},
        "Action": "s3:*", "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"], "Condition": condition}]})


def only_from(endpoint):
    return {"StringNotEquals": {"aws:sourceVpce": endpoint}}


def build_bucket(clients, bucket, endpoint):
    s3 = clients.s3
    placed = {} if clients.region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": clients.region}}
    s3.create_bucket(Bucket=bucket, **placed)
    s3.put_object(Bucket=bucket, Key="dummy.txt", Body=b"Hello dummy file!")
    s3.put_bucket_policy(Bucket=bucket, Policy=bucket_policy(clients, bucket, only_from(endpoint)))


def newest_image(clients):
    found = clients.ec2.describe_images(Owners=["amazon"], Filters=[
        {"Name": "name", "Values": ["al2023-ami-2023*-kernel-*-x86_64"]}])["Images"]
    return max(found, key=lambda image: image["CreationDate"])["ImageId"]


def run_instance(clients, network, image, user_data=""):
    made = clients.ec2.run_instances(
        ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1, SubnetId=network["private_subnets"][0],
        SecurityGroupIds=[network["group"]], IamInstanceProfile={"Name": PROFILE}, UserData=user_data,
        TagSpecifications=name_tag("instance", f"{network['name']}-instance"))
    return made["Instances"][0]["InstanceId"]


def build(clients, bucket="vpc1-only-bucket"):
    zones = [zone["ZoneName"] for zone in clients.ec2.describe_availability_zones()["AvailabilityZones"]][:2]
    build_identities(clients)
    made = {"bucket": bucket}
    for name, cidr in (("vpc1", "10.0.0.0/20"), ("vpc2", "10.1.0.0/20")):
        made[name] = build_vpc(clients, name, cidr, zones)
    build_bucket(clients, bucket, made["vpc1"]["endpoint"])
    image = newest_image(clients)
    for name in ("vpc1", "vpc2"):
        made[name]["instance"] = run_instance(clients, made[name], image)
    wait_running(clients, [made["vpc1"]["instance"], made["vpc2"]["instance"]])
    return made


def wait_running(clients, instances):
    clients.ec2.get_waiter("instance_running").wait(InstanceIds=instances, WaiterConfig={"Delay": 1, "MaxAttempts": 60})


def destroy(clients, made):
    """Everything that build() made, in the order that dependencies ask for."""
    ec2, iam, s3 = clients.ec2, clients.iam, clients.s3
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=made["bucket"]):
        for entry in page.get("Contents", []):
            s3.delete_object(Bucket=made["bucket"], Key=entry["Key"])
    s3.delete_bucket(Bucket=made["bucket"])
    instances = [made[name]["instance"] for name in ("vpc1", "vpc2")]
    ec2.terminate_instances(InstanceIds=instances)
    ec2.get_waiter("instance_terminated").wait(InstanceIds=instances, WaiterConfig={"Delay": 1})
    for name in ("vpc1", "vpc2"):
        destroy_vpc(clients, made[name])
    iam.remove_role_from_instance_profile(InstanceProfileName=PROFILE, RoleName=ROLE)
    iam.delete_instance_profile(InstanceProfileName=PROFILE)
    for policy in MANAGED:
        iam.detach_role_policy(RoleName=ROLE, PolicyArn=f"arn:aws:iam::aws:policy/{policy}")
    iam.delete_role(RoleName=ROLE)
    for key in iam.list_access_keys(UserName=ADMIN)["AccessKeyMetadata"]:
        iam.delete_access_key(UserName=ADMIN, AccessKeyId=key["AccessKeyId"])
    iam.detach_user_policy(UserName=ADMIN, PolicyArn=f"arn:aws:iam::aws:policy/{MANAGED[0]}")
    iam.delete_user(UserName=ADMIN)


def destroy_vpc(clients, network):
    ec2, of_vpc = clients.ec2, [{"Name": "vpc-id", "Values": [network["vpc"]]}]
    endpoints = ec2.describe_vpc_endpoints(Filters=of_vpc)["VpcEndpoints"]
    if endpoints:
        ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"] for endpoint in endpoints])
    ec2.delete_nat_gateway(NatGatewayId=network["nat"])
    ec2.get_waiter("nat_gateway_deleted").wait(NatGatewayIds=[network["nat"]], WaiterConfig={"Delay": 1})
    ec2.release_address(AllocationId=network["allocation"])
    for gateway in ec2.describe_internet_gateways(Filters=[{"Name": "attachment.vpc-id", "Values": [network["vpc"]]}])["InternetGateways"]:
        ec2.detach_internet_gateway(InternetGatewayId=gateway["InternetGatewayId"], VpcId=network["vpc"])
        ec2.delete_internet_gateway(InternetGatewayId=gateway["InternetGatewayId"])
    for subnet in ec2.describe_subnets(Filters=of_vpc)["Subnets"]:
        ec2.delete_subnet(SubnetId=subnet["SubnetId"])
    for table in ec2.describe_route_tables(Filters=of_vpc)["RouteTables"]:
        if not any(association["Main"] for association in table["Associations"]):
            ec2.delete_route_table(RouteTableId=table["RouteTableId"])
    ec2.delete_security_group(GroupId=network["group"])
    ec2.delete_vpc(VpcId=network["vpc"])
