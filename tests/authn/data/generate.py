#!/usr/bin/python3
"""Writes signed_requests.json: requests as botocore signs them, for authenticate_test.cpp. Debian: python3-botocore."""
import datetime, json, random, string
from unittest import mock
import botocore.auth, botocore.awsrequest, botocore.credentials

NOW = datetime.datetime(2026, 11, 23, 16, 12, 52)
KEY, SECRET, TOKEN = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "session/token+with=signs"


class Frozen(datetime.datetime):
    @classmethod
    def utcnow(cls):
        return cls(*NOW.timetuple()[:6])

    @classmethod
    def now(cls, tz=None):
        return cls(*NOW.timetuple()[:6], tzinfo=tz)


def text(random_source, length, alphabet=string.ascii_letters + string.digits + " -._~!*'();:@&=+$,/?%#[]äß漢🙂\"<>\\^`{|}"):
    return "".join(random_source.choice(alphabet) for _ in range(length))


def quote(value, safe="-._~"):
    import urllib.parse
    return urllib.parse.quote(value, safe=safe)


def request(r, service):
    method = r.choice(["GET", "PUT", "POST", "DELETE", "HEAD"])
    path = "/" + "/".join(quote(text(r, r.randint(0, 12))) for _ in range(r.randint(0, 4)))
    if service != "s3":
        path = "/" if r.random() < 0.5 else path.replace("//", "/")
    pairs = [(text(r, r.randint(1, 6)), text(r, r.randint(0, 9))) for _ in range(r.randint(0, 5))]
    query = "&".join(f"{quote(k)}={quote(v)}" for k, v in pairs)
    body = text(r, r.randint(0, 60)).encode() if method in ("PUT", "POST") else b""
    headers = {"Content-Type": r.choice(["text/plain", "application/x-www-form-urlencoded; charset=utf-8"])}
    if r.random() < 0.5:
        headers["x-amz-meta-note"] = "  two   spaces " + text(r, 5, string.ascii_letters)
    host = {"s3": "bucket.s3.us-east-1.amazonaws.com", "iam": "iam.amazonaws.com", "ec2": "ec2.us-east-1.amazonaws.com"}[service]
    if r.random() < 0.2:
        host = "localhost:4566"
    scheme = "http" if ":" in host else "https"
    return botocore.awsrequest.AWSRequest(method, f"{scheme}://{host}{path}" + (f"?{query}" if query else ""), headers, body)


def sign(r, service, presigned):
    aws = request(r, service)
    token = TOKEN if r.random() < 0.3 else None
    credentials = botocore.credentials.Credentials(KEY, SECRET, token)
    if service == "s3":
        cls = botocore.auth.S3SigV4QueryAuth if presigned else botocore.auth.S3SigV4Auth
    else:
        cls = botocore.auth.SigV4QueryAuth if presigned else botocore.auth.SigV4Auth
    if presigned:
        aws.data = b""
        auth = cls(credentials, service, "us-east-1", expires=r.choice([60, 3600, 604800]))
    else:
        auth = cls(credentials, service, "us-east-1")
    with mock.patch("botocore.auth.datetime", mock.Mock(datetime=Frozen)):
        auth.add_auth(aws)
    prepared = aws.prepare()
    rest = prepared.url.split("://", 1)[1]
    host, _, target = rest.partition("/")
    headers = []
    for k, v in prepared.headers.items():
        v = v.decode() if isinstance(v, bytes) else str(v)
        headers.append([k, v])
    if not any(k.lower() == "host" for k, _ in headers):
        headers.append(["Host", host])
    return {"service": service, "presigned": presigned, "method": prepared.method, "target": "/" + target,
            "headers": headers, "body": (aws.data or b"").decode(), "token": token or ""}


r = random.Random(2026)
out = [sign(r, service, presigned) for service in ("s3", "iam", "ec2") for presigned in (False, True) for _ in range(20)]
with open("signed_requests.json", "w") as f:
    f.write("[\n" + ",\n".join(json.dumps(x) for x in out) + "\n]\n")
