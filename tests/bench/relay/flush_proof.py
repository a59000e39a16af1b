# SPDX-License-Identifier: GPL-3.0-or-later
"""Proves from a trace of system calls that each 250 of relaywrightd is covered by a completed flush.

    flush_proof.py --build build/release [--messages 2000]     runs relaywrightd under strace, sends, and looks at each 250
    flush_proof.py --trace FILE                                looks at a trace that is there (strace -f -y -s 400000)

For each reply "250 2.0.0 Ok: queued as ID" the trace must show, in this order: the record of that message written into the
spool's log; a flush of that log that began after the write and came back well; the reply. A message with a file of its own
needs more: the file flushed after its last octet, and its folder after the file was made, both before the log's flush
began. The last line says how many replies were looked at; the exit code is 1 when one is not covered.
"""
import argparse
import os
import re
import signal
import smtplib
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import load
import peers

CALLS = "write,writev,pwrite64,pwritev,sendto,sendmsg,fsync,fdatasync"
LINE = re.compile(r"^(?P<pid>\d+) +(?:(?P<time>[\d:.]+) +)?(?P<rest>.*)$")
RESUMED = re.compile(r"^<\.\.\. (?P<call>\w+) resumed>(?P<rest>.*)$")
PLACE = re.compile(r"^(?P<call>\w+)\((?P<fd>\d+)<(?P<path>[^>]*)>")
QUEUED = re.compile(r"250 2\.0\.0 Ok: queued as ([0-9A-Za-z.-]+)")
OWN_ID = re.compile(r" id ([0-9A-Za-z.-]+)[;\\ ]")


class Call:
    """One call: when it began and ended, as line numbers of the trace; lines of one tracer are in their true order."""

    __slots__ = ("name", "path", "data", "began", "ended", "ok")

    def __init__(self, name, path, data, began):
        self.name, self.path, self.data = name, path, data
        self.began, self.ended, self.ok = began, None, False


def calls_of(lines):
    """Yields the calls in the order in which they began."""
    open_calls, calls = {}, []
    for number, line in enumerate(lines):
        match = LINE.match(line)
        if not match:
            continue
        pid, rest = match["pid"], match["rest"]
        resumed = RESUMED.match(rest)
        if resumed:
            call = open_calls.pop(pid, None)
            if call:
                call.ended, call.ok = number, "= -1" not in resumed["rest"]
            continue
        place = PLACE.match(rest)
        if not place:
            continue
        call = Call(place["call"], place["path"], rest, number)
        calls.append(call)
        if rest.endswith("<unfinished ...>"):
            open_calls[pid] = call
        else:
            call.ended, call.ok = number, not re.search(r"\) += -1", rest[-80:])
    return calls


class Trace:
    def __init__(self, lines):
        self.flushes = {}    # path: calls
        self.written = {}    # id: the first write that shows it, in a log or a body file
        self.writes = {}     # path: calls
        self.replies = []    # (id, call)
        self.log_writes = []
        for call in calls_of(lines):
            self._take(call)

    def _take(self, call):
        if call.name in ("fsync", "fdatasync"):
            self.flushes.setdefault(call.path, []).append(call)
        elif call.path.startswith(("socket:", "TCP", "UNIX")):
            for one in QUEUED.findall(call.data):
                self.replies.append((one, call))
        elif call.path.startswith("/"):
            self.writes.setdefault(call.path, []).append(call)
            if call.path.endswith(".log"):
                self.log_writes.append(call)
            for one in OWN_ID.findall(call.data):
                self.written.setdefault(one, call)

    def flushed(self, path, after, before):
        """A flush of `path` that began after the line `after` and came back well before the line `before`: its beginning."""
        for call in self.flushes.get(path, []):
            if call.ok and call.ended is not None and call.began > after and call.ended < before:
                return call.began
        return None

    def fault_of(self, one, reply):
        """Why this reply is not covered; None when it is."""
        first = self.written.get(one)
        if first is None or first.ended is None or first.ended >= reply.began:
            return "the message was not written before the reply"
        if first.path.endswith(".log"):
            return None if self.flushed(first.path, first.ended, reply.began) is not None else "the log was not flushed between its record and the reply"
        return self._fault_of_file(first, reply)

    def _fault_of_file(self, first, reply):
        name = os.path.basename(first.path)
        record = next((call for call in self.log_writes if name in call.data), None)
        if record is None or record.ended is None:
            return f"the log has no record that names the file {name}"
        logged = self.flushed(record.path, record.ended, reply.began)
        if logged is None:
            return "the log was not flushed between its record and the reply"
        last = max(call.ended or 0 for call in self.writes[first.path])
        if self.flushed(first.path, last, logged) is None:
            return f"the file {name} was not flushed before the log that names it"
        if self.flushed(os.path.dirname(first.path), first.began, logged) is None:
            return f"the folder of the file {name} was not flushed before the log that names it"
        return None


def look(lines):
    """(replies, with a file of their own, faults)"""
    trace = Trace(lines)
    faults = [f"{one}: {fault}" for one, reply in trace.replies if (fault := trace.fault_of(one, reply))]
    files = sum(1 for one, _ in trace.replies if one in trace.written and not trace.written[one].path.endswith(".log"))
    return len(trace.replies), files, faults


def send(port, messages, sessions, large_every):
    def device(number):
        with smtplib.SMTP("127.0.0.1", port, local_hostname="device.example") as smtp:
            for count in range(messages // sessions):
                lines = 4000 if large_every and count % large_every == large_every - 1 else 20
                smtp.sendmail("a@example.com", ["b@example.com"], f"Subject: {number}-{count}\r\n\r\n" + "0123456789 0123456789 0123456789 0123456789\r\n" * lines)

    threads = [threading.Thread(target=device, args=(number,)) for number in range(sessions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def traced(build, messages, sessions, folder):
    """Lines of a trace of relaywrightd while it takes messages."""
    sink_port = peers.free_port()
    sink = load.Sink(sink_port)
    relay = peers.Relaywright(folder / "relay", sink_port, build)
    trace = folder / "trace"
    strace = ["strace", "-f", "-y", "-s", "400000", "-e", f"trace={CALLS}", "-o", str(trace)]
    try:
        relay.start(strace)
        send(relay.port, messages, sessions, 10)
        for pid in peers.tree_of(relay.pid)[1:]:  # the relay; strace ends with it
            os.kill(pid, signal.SIGTERM)
        relay.process.wait(60)
        relay.process.stdout.close()
    finally:
        if relay.process and relay.process.poll() is None:
            for pid in reversed(peers.tree_of(relay.pid)):
                os.kill(pid, signal.SIGKILL)
        sink.stop()
    return trace.read_text(encoding="ascii", errors="replace").splitlines()


def main():
    parser = argparse.ArgumentParser(prog="flush_proof.py")
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--sessions", type=int, default=8)
    parser.add_argument("--trace")
    options = parser.parse_args()
    if options.trace:
        wanted = 1
        lines = Path(options.trace).read_text(encoding="ascii", errors="replace").splitlines()
    else:
        wanted = options.messages // options.sessions * options.sessions
        with tempfile.TemporaryDirectory(prefix="relaywright-trace-") as folder:
            lines = traced(options.build, options.messages, options.sessions, Path(folder))
    replies, files, faults = look(lines)
    for fault in faults[:20]:
        print(fault)
    print(f"{replies} replies, {files} of them for messages with a file of their own; {len(faults)} not covered by a flush")
    return 1 if faults or replies < wanted else 0


if __name__ == "__main__":
    sys.exit(main())
