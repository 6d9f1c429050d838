"""make demo: the bucket that only one VPC can reach, on this machine, with real packets. Leaves the server running.

    demo.py --sekisho build/release/sekisho --data DIR [--terraform]
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import time

import scenario

HERE = pathlib.Path(__file__).resolve().parent
BUCKET = "vpc1-only-bucket"


class Demo:
    def __init__(self, sekisho, data):
        self.sekisho, self.data = str(pathlib.Path(sekisho).resolve()), pathlib.Path(data).resolve()
        self.failed = []

    # --- the server ---

    def start_server(self):
        if self.running():
            return say(f"the server on {self.data} is running already")
        self.data.mkdir(parents=True, exist_ok=True)
        started = time.monotonic()
        read, write = os.pipe()
        with open(self.data.parent / "demo-server.log", "ab") as log:
            server = subprocess.Popen([self.sekisho, "serve", "--data", self.data, "--ready-fd", str(write)], pass_fds=[write],
                                      stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        os.close(write)
        with os.fdopen(read) as ready:
            if not ready.readline():
                sys.exit(f"the server did not start; {log.name} ends with:\n" + "".join(open(log.name).readlines()[-5:]))
        (self.data.parent / "demo-server.pid").write_text(str(server.pid))
        say(f"server started in {time.monotonic() - started:.2f} s (its log: {log.name})")

    def running(self):
        try:
            os.kill(int((self.data.parent / "demo-server.pid").read_text()), 0)
            return (self.data / "server.json").exists()
        except (FileNotFoundError, ProcessLookupError, ValueError):
            return False

    def environment(self):
        out = subprocess.run([self.sekisho, "env", "--json", "--data", self.data], capture_output=True, text=True, check=True)
        return {**os.environ, **json.loads(out.stdout), "AWS_PAGER": ""}

    def clients(self):
        env = self.environment()
        return scenario.Clients(endpoint_url=env["AWS_ENDPOINT_URL"], region_name=env["AWS_REGION"],
                                aws_access_key_id=env["AWS_ACCESS_KEY_ID"], aws_secret_access_key=env["AWS_SECRET_ACCESS_KEY"])

    # --- the resources ---

    def build(self, clients):
        remembered = self.data.parent / "demo-scenario.json"
        if remembered.exists():
            made = json.loads(remembered.read_text())
            known = [entry["Name"] for entry in clients.s3.list_buckets()["Buckets"]]
            if made["bucket"] in known:
                say("the resources are there already")
                scenario.wait_running(clients, [made["vpc1"]["instance"], made["vpc2"]["instance"]])
                return made
        started = time.monotonic()
        made = scenario.build(clients, BUCKET)
        say(f"two VPCs, two endpoints, two instances, a role, a user, a bucket and its policy: {time.monotonic() - started:.2f} s")
        remembered.write_text(json.dumps(made, indent=2))
        return made

    def build_by_terraform(self):
        folder, env = HERE / "terraform", self.environment()
        state = self.data.parent / "demo-terraform"
        state.mkdir(exist_ok=True)
        env["TF_DATA_DIR"] = str(state / "data")
        terraform = ["terraform", f"-chdir={folder}"]
        subprocess.run([*terraform, "init", "-input=false", "-backend=true", "-no-color", "-lockfile=readonly"]
                       if (folder / ".terraform.lock.hcl").exists() else [*terraform, "init", "-input=false", "-no-color"],
                       env=env, check=True, stdout=subprocess.DEVNULL)
        file = f"-state={state / 'terraform.tfstate'}"
        started = time.monotonic()
        subprocess.run([*terraform, "apply", "-auto-approve", "-input=false", "-no-color", file], env=env, check=True)
        say(f"terraform apply: {time.monotonic() - started:.2f} s")
        out = subprocess.run([*terraform, "output", "-json", file], env=env, check=True, capture_output=True, text=True)
        outputs = {name: value["value"] for name, value in json.loads(out.stdout).items()}
        return {"bucket": outputs["bucket"], "vpc1": outputs["vpc1"], "vpc2": outputs["vpc2"]}

    # --- the transcript ---

    def show(self, prompt, words, run, expect, works=True):
        print(f"\n{prompt}$ {words}", flush=True)
        done = subprocess.run(run, capture_output=True, text=True, stdin=subprocess.DEVNULL, env=self.environment_of(run))
        out = (done.stdout + done.stderr).strip("\n")
        print(out, flush=True)
        if (done.returncode == 0) != works or expect not in out:
            self.failed.append(f"{prompt}$ {words}: expected {'success' if works else 'a failure'} with “{expect}”")

    def environment_of(self, run):
        return os.environ if run[0] == self.sekisho else self.host_environment

    def in_instance(self, network, words, expect, works=True):
        run = [self.sekisho, "session", "--data", str(self.data), network["instance"], "--", *words.split()]
        self.show(f"[{network['name']}-instance]", words, run, expect, works)

    def on_host(self, who, keys, words, expect):
        self.host_environment = {**self.environment(), **keys}
        run = ["/usr/bin/aws", "--endpoint-url", self.host_environment["AWS_ENDPOINT_URL"], *words.split()[1:]]
        self.show(f"[outside, {who}]", words, run, expect)

    def transcript(self, clients, made):
        bucket = made["bucket"]
        made["vpc1"]["name"], made["vpc2"]["name"] = "vpc1", "vpc2"
        say("VPC 1: its endpoint is the one that the bucket's policy names")
        self.in_instance(made["vpc1"], "aws s3 ls", bucket)
        self.in_instance(made["vpc1"], f"aws s3 ls s3://{bucket}", "dummy.txt")
        self.in_instance(made["vpc1"], f"aws s3 cp s3://{bucket}/dummy.txt -", "Hello dummy file!")
        say("VPC 2: the same role, another endpoint")
        self.in_instance(made["vpc2"], "aws s3 ls", bucket)
        instance = made["vpc2"]["instance"]
        self.in_instance(
            made["vpc2"], f"aws s3 ls s3://{bucket}",
            f"User: arn:aws:sts::{clients.account}:assumed-role/{scenario.ROLE}/{instance} is not authorized to perform: "
            f's3:ListBucket on resource: "arn:aws:s3:::{bucket}" with an explicit deny in a resource-based policy', works=False)
        say("from outside: the user and the root that the policy exempts")
        key = clients.iam.create_access_key(UserName=scenario.ADMIN)["AccessKey"]
        user = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
        self.on_host(f"user {scenario.ADMIN}", user, f"aws s3 ls s3://{bucket}", "dummy.txt")
        self.on_host("root", {}, f"aws s3 ls s3://{bucket}", "dummy.txt")
        clients.iam.delete_access_key(UserName=scenario.ADMIN, AccessKeyId=key["AccessKeyId"])

    def last_denial(self):
        for file in sorted((self.data / "audit").glob("*.jsonl"), reverse=True):
            for line in reversed(file.read_text().splitlines()):
                event = json.loads(line)
                if event.get("errorCode") == "AccessDenied":
                    return event["requestID"]
        return None

    def next_commands(self, made):
        tool, data = shorter(self.sekisho), shorter(self.data)
        denial = self.last_denial()
        say("the server keeps running; what to try next")
        if denial:
            print(f"  {tool} why --data {data} {denial}")
        print(f"  {tool} status --data {data}")
        print(f"  {tool} session --data {data} {made['vpc1']['instance']}")
        print(f"  {tool} aws --data {data} ec2 delete-vpc-endpoints --vpc-endpoint-ids {made['vpc1']['endpoint']}")
        print(f'  eval "$({tool} env --data {data})"      # then the AWS CLI, SDKs and Terraform of this shell')
        print(f"  make down DATA={data}")


def shorter(path):
    return min(os.path.relpath(path), str(path), key=len)


def say(line):
    print(f"\n── {line}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sekisho", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--terraform", action="store_true")
    arguments = parser.parse_args()
    started = time.monotonic()
    demo = Demo(arguments.sekisho, arguments.data)
    demo.start_server()
    clients = demo.clients()
    made = demo.build_by_terraform() if arguments.terraform else demo.build(clients)
    demo.transcript(clients, made)
    demo.next_commands(made)
    print(f"\n{time.monotonic() - started:.1f} s")
    for line in demo.failed:
        print(f"NOT AS EXPECTED  {line}", file=sys.stderr)
    sys.exit(1 if demo.failed else 0)


if __name__ == "__main__":
    main()
