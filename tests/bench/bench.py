"""Figures, printed with the commands that made them: bench.py build/release/sekisho [start|memory|instance|get|policy|audit|terraform …]

Everything that is compared runs in alternation on the same machine; ratios are of medians. CPU is that of all processes of a
server, from /proc.
"""
import os
import pathlib
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "wire"), str(HERE.parents[1] / "examples/vpc-only-bucket")]
os.environ["SEKISHO"] = str(pathlib.Path(sys.argv[1]).resolve())

import botocore.config  # noqa: E402
import scenario  # noqa: E402
from server import BINARY, Server  # noqa: E402

PROGRAMS = pathlib.Path(BINARY).parent / "tests/bench"
ROUNDS = 5
TICKS = os.sysconf("SC_CLK_TCK")


def tree(pid):
    """pid and every process below it."""
    below = {}
    for entry in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rsplit(")", 1)[1].split()
            below.setdefault(int(fields[1]), []).append(int(entry.parent.name))
        except OSError:
            pass
    found, queue = [pid], [pid]
    while queue:
        for child in below.get(queue.pop(), []):
            found.append(child)
            queue.append(child)
    return found


def cpu_seconds(pids):
    total = 0
    for pid in pids:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def pss_mib(pids):
    total = 0
    for pid in pids:
        try:
            total += int(re.search(r"^Pss:\s+(\d+)", pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)[1])
        except OSError:
            pass
    return total / 1024


def clients_of(server):
    key, secret = server.root_keys()
    return scenario.Clients(endpoint_url=server.url, region_name="us-east-1", aws_access_key_id=key, aws_secret_access_key=secret)


def bench_start():
    """From `sekisho serve` to an authenticated answer from its tables."""
    print("\n# start: exec of `sekisho serve --network lab` to the answer of a signed ListBuckets")
    data = tempfile.mkdtemp(prefix="sekisho-bench-")
    first = Server(data=data, network="lab")
    client = first.client("s3")
    client.create_bucket(Bucket="bench")
    first.stop()
    times = []
    for _ in range(ROUNDS):
        server = Server(data=data, network="lab")
        client = server.client("s3", config=botocore.config.Config(signature_version="s3v4"))
        url = client.generate_presigned_url("list_buckets")
        done = subprocess.run(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code} %{time_total}", url], capture_output=True, text=True)
        status, answer = done.stdout.split()
        assert status == "200", done.stdout
        times.append((server.ready_seconds + float(answer)) * 1000)
        server.stop()
    print(f"start to authenticated answer: {statistics.median(times):.0f} ms (median of {ROUNDS}; aim 100)")
    shutil.rmtree(data, ignore_errors=True)


def bench_memory():
    """Idle memory of all processes without instances."""
    print("\n# memory: Pss of /proc/PID/smaps_rollup over all processes, idle, no instances")
    server = Server(network="lab")
    server.client("s3").list_buckets()
    pids = tree(server.process.pid)
    print(f"idle memory: {pss_mib(pids):.1f} MiB in {len(pids)} processes (aim 50)")
    server.remove()


def bench_instance():
    """RunInstances to a running shell."""
    print("\n# instance: RunInstances to the end of `sekisho session i-… -- true`")
    server = Server(network="lab")
    clients = clients_of(server)
    made = scenario.build(clients)
    image = scenario.newest_image(clients)
    times = []
    for _ in range(ROUNDS):
        started = time.monotonic()
        instance = scenario.run_instance(clients, made["vpc1"], image)
        while subprocess.run([BINARY, "session", "--data", server.data, instance, "--", "true"], stdin=subprocess.DEVNULL,
                             capture_output=True).returncode != 0:
            pass
        times.append((time.monotonic() - started) * 1000)
    print(f"RunInstances to running shell: {statistics.median(times):.0f} ms (median of {ROUNDS}; aim 200)")
    server.remove()


def wrk(url, connections=16, seconds=3):
    done = subprocess.run(["taskset", "-c", "1", "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", url], capture_output=True, text=True)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    assert rate and "Non-2xx" not in done.stdout, done.stdout + done.stderr
    return float(rate[1])


def start_nginx(folder, port):
    (folder / "nginx.conf").write_text(f"""
        worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
        events {{ worker_connections 1024; }}
        http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000;
               client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u;
               scgi_temp_path {folder}/s;
               server {{ listen 127.0.0.1:{port}; root {folder}/www; }} }}""")
    return subprocess.Popen(["taskset", "-c", "0", "nginx", "-c", folder / "nginx.conf", "-e", folder / "error.log"],
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def bench_get():
    """GET of 4 KiB by a presigned URL, beside nginx serving the same file."""
    if not shutil.which("wrk") or not shutil.which("nginx"):
        return print("\n# get: SKIPPED, wrk or nginx is missing (apt-get install wrk nginx-light)")
    print(f"\n# get: medians of {ROUNDS} runs of 3 s each, the two servers in alternation; CPU is per request, of all processes of a server")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="sekisho-bench-nginx-"))
    folder.chmod(0o755)
    (folder / "www").mkdir()
    server = Server("--loops", "1", network="none")
    nginx = None
    try:
        client = server.client("s3", config=botocore.config.Config(signature_version="s3v4"))
        client.create_bucket(Bucket="bench")
        for pid in tree(server.process.pid):
            subprocess.run(["taskset", "-a", "-p", "-c", "0", str(pid)], capture_output=True)
        port = server.info["port"] + 1 if server.info["port"] < 65000 else server.info["port"] - 1
        nginx = start_nginx(folder, port)
        print("#   sekisho: taskset -c 0", " ".join(map(str, server.process.args)))
        print("#   nginx:   taskset -c 0", " ".join(map(str, nginx.args[3:])), "  (one worker, sendfile on, access log off)")
        for size in (4096, 16384, 65536, 1 << 20):
            body = os.urandom(size)
            client.put_object(Bucket="bench", Key=f"o{size}", Body=body)
            (folder / f"www/o{size}").write_bytes(body)
            url = client.generate_presigned_url("get_object", Params={"Bucket": "bench", "Key": f"o{size}"}, ExpiresIn=3600)
            print(f"#   client:  taskset -c 1 wrk -t1 -c16 -d3s {url}\n#            … http://127.0.0.1:{port}/o{size}")
            rates, costs = {"sekisho": [], "nginx": []}, {"sekisho": [], "nginx": []}
            for _ in range(ROUNDS):
                for name, target, pid in (("sekisho", url, server.process.pid), ("nginx", f"http://127.0.0.1:{port}/o{size}", nginx.pid)):
                    pids = tree(pid)
                    before = cpu_seconds(pids)
                    rate = wrk(target)
                    rates[name].append(rate)
                    costs[name].append((cpu_seconds(pids) - before) / (rate * 3) * 1e6)
            rate, cost = ({name: statistics.median(values) for name, values in table.items()} for table in (rates, costs))
            print(f"GET {size:>8} B  sekisho {rate['sekisho']:>8.0f}/s {cost['sekisho']:>7.1f} us CPU   nginx {rate['nginx']:>8.0f}/s "
                  f"{cost['nginx']:>7.1f} us CPU   ratio {rate['sekisho'] / rate['nginx']:.2f} by rate, "
                  f"{cost['nginx'] / cost['sekisho']:.2f} by CPU" + ("  (aim 0.5)" if size == 4096 else ""))
    finally:
        if nginx:
            nginx.send_signal(signal.SIGTERM)
            nginx.wait(timeout=10)
        server.remove()
        shutil.rmtree(folder, ignore_errors=True)


GETS = 200_000


def bench_audit():
    """What keeping the record of an allowed GET costs: of the whole process, as part of the GET's own."""
    program = PROGRAMS / "get_bench"
    print(f"\n# audit: {GETS} GETs of 4 KiB by a presigned URL, without and with the audit log of data events; medians of {ROUNDS}, "
          "in alternation")
    gets, processes = {"no-audit": [], "audit": []}, {"no-audit": [], "audit": []}
    with tempfile.TemporaryDirectory(prefix="sekisho-bench-audit-") as folder:
        for _ in range(ROUNDS):
            for mode in gets:
                command = ["taskset", "-c", "0", str(program), folder, str(GETS), "4096", mode]
                done = subprocess.run(command, capture_output=True, text=True, check=True)
                get, process = re.search(r"([\d.]+) us CPU, ([\d.]+)", done.stdout).groups()
                gets[mode].append(float(get))
                processes[mode].append(float(process))
    print("#   " + " ".join(command[:3]), "FOLDER", *command[4:6], "no-audit|audit")
    get = statistics.median(gets["no-audit"])
    more = statistics.median(processes["audit"]) - statistics.median(processes["no-audit"])
    policy = subprocess.run(["taskset", "-c", "0", PROGRAMS / "policy_bench"], capture_output=True, text=True, check=True)
    record = float(re.search(r"the record of a decision +(\d+) ns", policy.stdout)[1]) / 1000
    print(f"audit: a GET {get:.2f} us CPU; of it the record that `sekisho why` reads {record:.2f} us: {100 * record / get:.1f} %  (aim 2 %)")
    print(f"       with --audit-data-events its line in the audit log {more:.2f} us more: {100 * more / get:.1f} %")


def bench_policy():
    """One decision, and beside it the Cedar engine's as WebAssembly."""
    program = PROGRAMS / "policy_bench"
    print(f"\n# policy: taskset -c 0 {program}")
    subprocess.run(["taskset", "-c", "0", program], check=True)
    with tempfile.TemporaryDirectory(prefix="sekisho-bench-cedar-") as name:
        for file in (HERE / "cedar").iterdir():
            shutil.copy(file, name)
        if not shutil.which("npm") or subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund"], cwd=name).returncode != 0:
            return print("# cedar: SKIPPED, npm or its package is missing")
        print("# cedar: (cd tests/bench/cedar && npm install && taskset -c 0 node cedar.mjs)", flush=True)
        subprocess.run(["taskset", "-c", "0", "node", "cedar.mjs"], cwd=name, check=True)


TERRAFORM = HERE.parents[1] / "examples/vpc-only-bucket/terraform"
PLUGIN_MIRROR = os.environ.get("TF_PLUGIN_MIRROR", "/opt/tf-plugins")
TERRAFORM_ROUNDS = 2


class Moto:
    """The mock that does nothing: no packets, no policies evaluated. A fresh one per round."""

    def __init__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(["moto_server", "-H", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, start_new_session=True,
                                        env={**os.environ, "MOTO_IAM_LOAD_MANAGED_POLICIES": "true"})
        while subprocess.run(["curl", "-s", "-o", "/dev/null", self.url]).returncode != 0:
            assert self.process.poll() is None, "moto_server ended"

    def keys(self):
        return "AKIAIOSFODNN7EXAMPLE", "secret"

    def remove(self):
        self.process.terminate()
        self.process.wait(timeout=30)


class Sekisho(Server):
    def __init__(self):
        super().__init__(network="lab")

    def keys(self):
        return self.root_keys()


def apply_seconds(folder, server):
    key, secret = server.keys()
    env = {**os.environ, "TF_CLI_CONFIG_FILE": str(folder / "cli.tfrc"), "AWS_ENDPOINT_URL": server.url, "AWS_ACCESS_KEY_ID": key,
           "AWS_SECRET_ACCESS_KEY": secret, "AWS_REGION": "us-east-1", "CHECKPOINT_DISABLE": "1", "AWS_EC2_METADATA_DISABLED": "true"}
    for state in folder.glob("root/terraform.tfstate*"):
        state.unlink()
    started = time.monotonic()
    done = subprocess.run(["terraform", f"-chdir={folder / 'root'}", "apply", "-auto-approve", "-input=false", "-no-color"], env=env,
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return time.monotonic() - started


def bench_terraform():
    """Apply of the reference Terraform, beside a mock that does nothing."""
    missing = [what for what in ("terraform", "moto_server") if not shutil.which(what)]
    if not list(pathlib.Path(PLUGIN_MIRROR).glob("**/terraform-provider-aws*")):
        missing.append(f"the AWS provider in {PLUGIN_MIRROR} (TF_PLUGIN_MIRROR names another mirror)")
    if missing:
        return print(f"\n# terraform: SKIPPED, not on this machine: {', '.join(missing)}")
    print("\n# terraform: terraform apply of examples/vpc-only-bucket/terraform, fresh servers, in alternation")
    with tempfile.TemporaryDirectory(prefix="sekisho-bench-terraform-") as name:
        folder = pathlib.Path(name)
        shutil.copytree(TERRAFORM, folder / "root", ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*"))
        (folder / "cli.tfrc").write_text(f'provider_installation {{ filesystem_mirror {{ path = "{PLUGIN_MIRROR}" }} }}')
        subprocess.run(["terraform", f"-chdir={folder / 'root'}", "init", "-input=false", "-no-color"], check=True,
                       env={**os.environ, "TF_CLI_CONFIG_FILE": str(folder / "cli.tfrc")}, stdout=subprocess.DEVNULL)
        seconds = {Sekisho: [], Moto: []}
        for _ in range(TERRAFORM_ROUNDS):
            for kind in seconds:
                server = kind()
                try:
                    seconds[kind].append(apply_seconds(folder, server))
                finally:
                    server.remove()
    ours, theirs = statistics.median(seconds[Sekisho]), statistics.median(seconds[Moto])
    rounds = ", ".join(f"{a:.1f}/{b:.1f}" for a, b in zip(seconds[Sekisho], seconds[Moto]))
    print(f"terraform apply: sekisho {ours:.1f} s, moto {theirs:.1f} s, ratio {ours / theirs:.2f} (rounds {rounds}; aim 1)")


BENCHES = {"start": bench_start, "memory": bench_memory, "instance": bench_instance, "get": bench_get,
           "policy": bench_policy, "audit": bench_audit, "terraform": bench_terraform}

if __name__ == "__main__":
    print(" ".join(["#", *sys.argv]))
    for name in sys.argv[2:] or BENCHES:
        BENCHES[name]()
