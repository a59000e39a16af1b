# SPDX-License-Identifier: GPL-3.0-or-later
"""The relays that are compared: ours and Postfix, each with a folder of its own, on free loopback ports."""
import grp
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
MESSAGE_LIMIT = 50 << 20


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def tree_of(pid):
    """A process and all that descend from it."""
    children = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                fields = Path(f"/proc/{entry}/stat").read_text().rsplit(")", 1)[1].split()
                children.setdefault(int(fields[1]), []).append(int(entry))
            except OSError:
                pass  # it has ended meanwhile
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


class Relay:
    """A relay that hands everything to 127.0.0.1:`sink_port`."""

    name = ""

    def __init__(self, folder, sink_port):
        self.folder = Path(folder)
        self.sink_port = sink_port
        self.port = 0
        self.pid = 0

    def cpu_seconds(self):
        """Of its processes, with those that have ended and were waited for."""
        ticks = 0
        for pid in tree_of(self.pid):
            try:
                ticks += sum(int(f) for f in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:15])
            except OSError:
                pass
        return ticks / TICKS

    def resident_mib(self, key="VmRSS"):
        """VmRSS: now. VmHWM: the most since `forget_peak`. The sum over its processes."""
        total = 0
        for pid in tree_of(self.pid):
            try:
                for line in Path(f"/proc/{pid}/status").read_text().splitlines():
                    if line.startswith(key + ":"):
                        total += int(line.split()[1])
            except OSError:
                pass
        return total / 1024

    def forget_peak(self):
        for pid in tree_of(self.pid):
            try:
                Path(f"/proc/{pid}/clear_refs").write_text("5")
            except OSError:
                pass

    def await_greeting(self):
        for _ in range(200):
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1) as one:
                    if one.recv(4) == b"220 ":
                        return
            except OSError:
                time.sleep(0.05)
        raise SystemExit(f"{self.name} does not answer on port {self.port}. Its log is in {self.folder}.")


class Relaywright(Relay):
    name = "Relaywright"

    def __init__(self, folder, sink_port, build):
        super().__init__(folder, sink_port)
        self.bin = Path(build).resolve() / "bin"
        self.environment = dict(os.environ, XDG_RUNTIME_DIR=str(self.folder / "run"))
        self.process = None
        self.started_in = 0.0

    def write_configuration(self):
        (self.folder / "run").mkdir(parents=True, exist_ok=True, mode=0o700)
        self.port = self.port or free_port()
        configuration = {
            "schema": "relaywright.relay/1", "name": "bench", "hostName": "relay.example", "minFreeOctets": 0,
            "spoolFolder": str(self.folder / "spool"),
            "listeners": [{"listen": f"127.0.0.1:{self.port}", "networks": ["127.0.0.0/8"], "startTls": False}],
            "upstream": {"server": f"127.0.0.1:{self.sink_port}", "tls": "none", "maxConnections": 10,
                         "maxMessagesPerMinute": 10_000_000, "maxRecipientsPerDay": 1_000_000_000}}
        (self.folder / "relay.json").write_text(json.dumps(configuration))

    def start(self, prefix=()):
        self.write_configuration()
        began = time.monotonic()
        self.process = subprocess.Popen([*prefix, self.bin / "relaywrightd", self.folder / "relay.json"], env=self.environment,
                                        stdout=subprocess.PIPE, stderr=open(self.folder / "log", "ab"))
        line = self.process.stdout.readline()
        self.started_in = time.monotonic() - began
        if b"listening" not in line:
            raise SystemExit(f"relaywrightd did not start: {(self.folder / 'log').read_text()}")
        self.pid = self.process.pid

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        self.process.stdout.close()

    def wipe(self):
        shutil.rmtree(self.folder / "spool", ignore_errors=True)

    def ask(self, *words):
        done = subprocess.run([self.bin / "relaywright-cli", "--json", "relay", *words, "--control", "bench"],
                              env=self.environment, capture_output=True, check=False)
        return json.loads(done.stdout) if done.stdout else {}

    def flush(self):
        self.ask("retry")

    def waiting(self):
        return self.ask("status").get("queued", 0)


class Postfix(Relay):
    """A Postfix with its usual settings, or friendlier, and with a queue of its own."""

    name = "Postfix"

    def prepare(self):
        config, queue, data = self.folder / "etc", self.folder / "queue", self.folder / "data"
        for place in (config, queue / "pid", data):
            place.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o755)
        owner = pwd.getpwnam("postfix")
        drop = grp.getgrnam("postdrop").gr_gid
        os.chown(data, owner.pw_uid, -1)
        for part in ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved", "trace"):
            (queue / part).mkdir(mode=0o700, exist_ok=True)
            os.chown(queue / part, owner.pw_uid, -1)
        for part, mode in (("maildrop", 0o730), ("public", 0o710)):
            (queue / part).mkdir(mode=mode, exist_ok=True)
            os.chown(queue / part, owner.pw_uid, drop)
        self.port = self.port or free_port()
        (config / "main.cf").write_text(f"""compatibility_level = 3.6
queue_directory = {queue}
data_directory = {data}
maillog_file_prefixes = {self.folder}
maillog_file = {self.folder}/mail.log
mail_owner = postfix
setgid_group = postdrop
myhostname = relay.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
relayhost = [127.0.0.1]:{self.sink_port}
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
smtp_host_lookup = native
disable_dns_lookups = yes
append_dot_mydomain = no
message_size_limit = {MESSAGE_LIMIT}
""")
        (config / "master.cf").write_text(f"""127.0.0.1:{self.port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
""")

    def start(self):
        self.prepare()
        daemons = subprocess.run(["postconf", "-c", self.folder / "etc", "-h", "daemon_directory"], capture_output=True, text=True,
                                 check=True).stdout.strip()
        self.process = subprocess.Popen([f"{daemons}/master", "-d", "-c", self.folder / "etc"], start_new_session=True,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.pid = self.process.pid
        self.await_greeting()

    def stop(self):
        self.process.terminate()
        self.process.wait(30)

    def files(self):
        for part in ("incoming", "active", "deferred", "maildrop"):
            yield from (f for f in (self.folder / "queue" / part).rglob("*") if f.is_file())

    def wipe(self):
        for part in ("incoming", "active", "deferred", "defer", "maildrop", "bounce"):
            for file in (self.folder / "queue" / part).rglob("*"):
                if file.is_file():
                    file.unlink()

    def flush(self):
        subprocess.run(["postqueue", "-c", self.folder / "etc", "-f"], check=False)

    def waiting(self):
        return sum(1 for _ in self.files())
