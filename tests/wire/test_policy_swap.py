"""Policies that change under load: no request is lost, and an acknowledged policy holds for every request that begins after it."""
import json
import threading

import botocore.exceptions
import server
from server import ServerTest

SWAPS, READERS = 150, 4
DENIAL = json.dumps({"Version": "2012-10-17", "Statement": [{
    "Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::swapped/*"}]})
READING = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]})


class Swap:
    """Changes a policy over and over while readers read; what each saw, with what was in force from its beginning to its end."""

    def __init__(self, readers, deny, allow):
        self.readers, self.changes = readers, {"denied": deny, "allowed": allow}
        self.in_force = None  # None: a change is under way
        self.changed = 0
        self.done = threading.Event()
        self.wrong, self.seen = [], {"denied": 0, "allowed": 0}
        self.lock = threading.Lock()

    def read(self, client):
        while not self.done.is_set():
            before = (self.changed, self.in_force)
            try:
                client.get_object(Bucket="swapped", Key="k")["Body"].read()
                answer = "allowed"
            except botocore.exceptions.ClientError as error:
                answer = "denied" if error.response["Error"]["Code"] == "AccessDenied" else repr(error)
            except Exception as error:  # a request that was dropped
                answer = repr(error)
            after = (self.changed, self.in_force)
            with self.lock:
                if answer not in self.seen or (before == after and before[1] not in (None, answer)):
                    self.wrong.append((before, answer))
                else:
                    self.seen[answer] += 1

    def run(self):
        threads = [threading.Thread(target=self.read, args=[client]) for client in self.readers]
        for thread in threads:
            thread.start()
        try:
            for number in range(SWAPS):
                wanted = ("denied", "allowed")[number % 2]
                self.in_force = None
                self.changed += 1
                self.changes[wanted]()
                self.in_force = wanted
                enough = self.seen[wanted] + READERS
                while self.seen[wanted] < enough and not self.wrong:
                    self.done.wait(0.001)
        finally:
            self.done.set()
            for thread in threads:
                thread.join()


class PolicySwap(ServerTest):
    def setUp(self):
        self.root, self.iam = self.client("s3"), self.client("iam")
        self.root.create_bucket(Bucket="swapped")
        self.root.put_object(Bucket="swapped", Key="k", Body=b"v")
        self.iam.create_user(UserName="reader")
        key = self.iam.create_access_key(UserName="reader")["AccessKey"]
        keys = key["AccessKeyId"], key["SecretAccessKey"]
        self.iam.put_user_policy(UserName="reader", PolicyName="reading", PolicyDocument=READING)
        self.readers = [self.client("s3", keys=keys) for _ in range(READERS)]

    def assertSwaps(self, deny, allow):
        swap = Swap(self.readers, deny, allow)
        swap.run()
        self.assertEqual(swap.wrong, [])
        for answer, count in swap.seen.items():
            self.assertGreaterEqual(count, SWAPS // 2 * READERS, answer)

    def test_a_bucket_policy_and_an_identity_policy_take_effect_before_they_are_acknowledged(self):
        with self.subTest("bucket policy"):
            self.assertSwaps(lambda: self.root.put_bucket_policy(Bucket="swapped", Policy=DENIAL),
                             lambda: self.root.delete_bucket_policy(Bucket="swapped"))
        with self.subTest("identity policy"):
            self.assertSwaps(lambda: self.iam.delete_user_policy(UserName="reader", PolicyName="reading"),
                             lambda: self.iam.put_user_policy(UserName="reader", PolicyName="reading", PolicyDocument=READING))


if __name__ == "__main__":
    server.main()
