# SPDX-License-Identifier: GPL-3.0-or-later
"""The device side and the smart host: Postfix's smtp-source and smtp-sink, and our own client for the times of the 250."""
import fcntl
import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time

TICKS = os.sysconf("SC_CLK_TCK")


def tool(name):
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin")
    if not found:
        raise SystemExit(f"{name} is not installed; it comes with Postfix: installer/bootstrap.sh --tests.")
    return found


class Sink:
    """A smart host that takes everything; `count` messages came, the last of them at `last` (time.monotonic)."""

    def __init__(self, port):
        arguments = [tool("smtp-sink"), "-c", "-m", "300"]
        if os.geteuid() == 0:
            arguments += ["-u", "nobody"]
        self.process = subprocess.Popen([*arguments, f"127.0.0.1:{port}", "512"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.pipe = self.process.stdout.fileno()
        fcntl.fcntl(self.pipe, 1031, 1 << 20)  # F_SETPIPE_SZ: it must never wait for us
        os.set_blocking(self.pipe, False)
        self.count, self.last, self.tail = 0, time.monotonic(), b""
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit("smtp-sink does not listen.")

    def look(self):
        while True:
            try:
                octets = os.read(self.pipe, 1 << 20)
            except BlockingIOError:
                return self.count
            if not octets:
                return self.count
            self.tail = (self.tail + octets)[-200:]
            counts = re.findall(rb"mesg=(\d+)[\r\n]", self.tail)
            if counts and int(counts[-1]) != self.count:
                self.count, self.last = int(counts[-1]), time.monotonic()

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as stat:
            return sum(int(field) for field in stat.read().rsplit(")", 1)[1].split()[11:13]) / TICKS

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


class Source:
    """smtp-source in the background: `seconds` until its last 250 and QUIT, `error` when it did not finish."""

    def __init__(self, port, sessions, messages, octets, keeps_open, limit):
        arguments = [tool("smtp-source"), "-s", str(sessions), "-m", str(messages), "-l", str(octets), "-C", "20",
                     "-M", "device.example", "-f", "scan@device.example", "-t", "office@example.test"]
        if keeps_open:
            arguments.append("-d")
        self.seconds, self.error = 0.0, ""
        self.began = time.monotonic()
        self.process = subprocess.Popen([*arguments, f"127.0.0.1:{port}"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.killer = threading.Timer(limit, self.process.kill)
        self.killer.start()
        self.thread = threading.Thread(target=self._wait)
        self.thread.start()

    def _wait(self):
        words = self.process.stderr.read().decode(errors="replace").strip()
        self.process.wait()
        self.seconds = time.monotonic() - self.began
        if self.process.returncode != 0:
            self.error = words[-200:] or f"smtp-source ended with {self.process.returncode}"
        self.process.stderr.close()
        self.killer.cancel()

    @property
    def is_over(self):
        return not self.thread.is_alive()


def times_of_the_250(build, port, sessions, messages, octets, keeps_open):
    """Milliseconds from the last octet of a message to its 250: a dict with p50, p95, p99 and max."""
    done = subprocess.run([f"{build}/bench/bench_smtp_load", str(port), str(sessions), str(messages), str(octets),
                           "open" if keeps_open else "single"], capture_output=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"bench_smtp_load failed: {done.stderr.decode(errors='replace')}")
    return json.loads(done.stdout)


def machine_busy():
    """CPU seconds that the whole machine has worked."""
    with open("/proc/stat", encoding="ascii") as stat:
        fields = [int(field) for field in stat.readline().split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / TICKS


class IdleConnections:
    """Connections that have said EHLO and stay; from several loopback addresses, because one has a limit."""

    def __init__(self, port, count):
        self.sockets = []
        for number in range(count):
            one = socket.create_connection(("127.0.0.1", port), 10, source_address=(f"127.0.0.{2 + number // 50}", 0))
            self.sockets.append(one)
            self._answer(one)
            one.sendall(b"EHLO idle.example\r\n")
            self._answer(one)

    @staticmethod
    def _answer(one):
        heard = b""
        while not re.search(rb"(^|\n)2\d\d [^\n]*\n$", heard):
            octets = one.recv(4096)
            if not octets or heard.startswith((b"4", b"5")):
                raise SystemExit(f"An idle connection was refused: {heard.decode(errors='replace')}")
            heard += octets

    def close(self):
        for one in self.sockets:
            one.close()
