"""The reference bucket policy, for tests without Terraform or instances."""
import json


def only_from(bucket, vpce, account="123456789012", user="admin"):
    return json.dumps({"Version": "2012-10-17", "Statement": [{
        "Sid": "OnlyFromOneVpc", "Effect": "Deny",
        "NotPrincipal": {"AWS": [f"arn:aws:iam::{account}:root", f"arn:aws:iam::{account}:user/{user}"]}, "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        "Condition": {"StringNotEquals": {"aws:sourceVpce": vpce}}}]})
