# SPDX-License-Identifier: GPL-3.0-or-later
"""The scenarios, the rounds and the table. Called by tests/bench/relay.sh."""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import load
import peers

# name: sessions, messages, octets of each, whether connections stay open, and how many times Postfix is wanted (accepted,
# delivered).
SENDING = {
    "a": (1, 500, 4096, False, 2.7, 2.6),
    "b": (10, 5000, 4096, False, 4.5, 5.0),
    "c": (50, 10000, 10240, False, 4.5, 5.0),
    "d": (4, 60, 10 << 20, False, 2.0, 1.15),
    "b-open": (10, 5000, 4096, True, 8.0, 8.0),
    "c-open": (50, 10000, 10240, True, 9.0, 8.0),
}
# The smart host is down while they come in: sessions, messages, octets, accepted, drained.
BACKLOGS = {"backlog-10000": (10, 10000, 4096, 5.0, 3.5), "backlog-50000": (10, 50000, 4096, 5.0, 3.5)}
FULL = {"messages": 50000, "connections": 500, "resident_mib": 96.0, "start_seconds": 2.0}
CPU_MS_IN_B = 0.4
RESIDENT_MIB_IN_C = 48.0
SCENARIOS = [*SENDING, *BACKLOGS, "full", "trace"]
LIMIT_SECONDS = 300


def scaled(messages, sessions, scale):
    return max(sessions, int(messages * scale) // sessions * sessions)


def measure(relay, sink, sessions, messages, octets, keeps_open):
    """One load, to its end at the smart host."""
    relay.forget_peak()
    before, cpu, busy, own, began = sink.look(), relay.cpu_seconds(), load.machine_busy(), sum(os.times()[:4]), time.monotonic()
    sink_cpu = sink.cpu_seconds()
    source = load.Source(relay.port, sessions, messages, octets, keeps_open, LIMIT_SECONDS)
    while not source.is_over:
        sink.look()
        time.sleep(0.005)
    deadline = time.monotonic() + LIMIT_SECONDS
    while sink.look() - before < messages and time.monotonic() < deadline and not source.error:
        time.sleep(0.005)
    delivered = sink.count - before
    cpu = relay.cpu_seconds() - cpu
    used = cpu + sink.cpu_seconds() - sink_cpu + sum(os.times()[:4]) - own
    noise = (load.machine_busy() - busy - used) / (time.monotonic() - began) / os.cpu_count()
    error = source.error or ("" if delivered == messages else f"{delivered} of {messages} were delivered")
    return {"accepted": messages / source.seconds, "delivered": delivered / max(sink.last - source.began, 1e-6),
            "cpu_ms": 1000 * cpu / messages, "resident_mib": relay.resident_mib("VmHWM"), "noise": max(0.0, noise), "error": error}


def send(relay, sessions, messages, octets, keeps_open, build, scale):
    sink = load.Sink(relay.sink_port)
    relay.wipe()
    relay.start()
    try:
        measure(relay, sink, 1, 10, 4096, False)  # warm
        row = measure(relay, sink, sessions, scaled(messages, sessions, scale), octets, keeps_open)
        row["times"] = load.times_of_the_250(build, relay.port, sessions, scaled(messages, sessions, scale / 5), octets, keeps_open)
    finally:
        relay.stop()
        sink.stop()
    return row


def backlog(relay, sessions, messages, octets, scale):
    messages = scaled(messages, sessions, scale)
    relay.wipe()
    relay.start()
    sink = None
    try:
        source = load.Source(relay.port, sessions, messages, octets, True, LIMIT_SECONDS)
        source.thread.join()
        resident = relay.resident_mib()
        sink = load.Sink(relay.sink_port)
        began = flushed = time.monotonic()
        relay.flush()
        while sink.look() < messages and time.monotonic() < began + LIMIT_SECONDS:
            if time.monotonic() > flushed + 10:
                flushed = time.monotonic()
                relay.flush()
            time.sleep(0.005)
    finally:
        relay.stop()
        if sink:
            sink.stop()
    error = source.error or ("" if sink.count == messages else f"{sink.count} of {messages} were delivered")
    return {"accepted": messages / source.seconds, "delivered": sink.count / max(sink.last - began, 1e-6), "resident_mib": resident, "error": error}


def full(relay, scale):
    """A start with a full queue, and many connections beside it."""
    messages = scaled(FULL["messages"], 10, scale)
    connections = max(1, int(FULL["connections"] * min(1.0, scale * 10)))
    relay.wipe()
    relay.start()
    source = load.Source(relay.port, 10, messages, 4096, True, LIMIT_SECONDS)
    source.thread.join()
    relay.stop()
    relay.start()
    started_in = relay.started_in
    idle = load.IdleConnections(relay.port, connections)
    queued, resident = relay.waiting(), relay.resident_mib("VmHWM")
    idle.close()
    relay.stop()
    error = source.error or ("" if queued == messages else f"{queued} of {messages} were queued after the start")
    return {"messages": messages, "connections": connections, "started_in": started_in, "resident_mib": resident, "error": error}


class Table:
    def __init__(self):
        self.missed = False
        print("| scenario | figure | Relaywright | Postfix | ratio | wanted | |")
        print("| --- | --- | --- | --- | --- | --- | --- |", flush=True)

    def line(self, scenario, figure, ours, theirs, ratio, wanted, met):
        word = "" if met is None else ("met" if met else "NOT MET")
        self.missed = self.missed or met is False
        print(f"| {scenario} | {figure} | {ours} | {theirs} | {ratio} | {wanted} | {word} |", flush=True)

    def ratio(self, scenario, figure, ours, theirs, wanted):
        ratio = ours / theirs if theirs else None
        self.line(scenario, figure, f"{ours:.0f}/s", f"{theirs:.0f}/s" if theirs else "-", f"{ratio:.2f}" if ratio else "-",
                  f">= {wanted} x", ratio >= wanted if ratio else None)

    def limit(self, scenario, figure, ours, unit, wanted, theirs="-"):
        self.line(scenario, figure, f"{ours:.2f} {unit}", theirs, "-", f"<= {wanted} {unit}", ours <= wanted)

    def error(self, scenario, relay, error):
        self.missed = True
        print(f"| {scenario} | error | {relay}: {error} | | | | NOT MET |", flush=True)


def median(rows, key):
    values = [row[key] for row in rows if not row["error"]]
    return statistics.median(values) if values else 0.0


def report_times(table, scenario, rows):
    for point in ("p50", "p95", "p99"):
        shown = []
        for name in ("Relaywright", "Postfix"):
            values = [row["times"][point] for row in rows.get(name, []) if row.get("times")]
            shown.append(f"{statistics.median(values):.2f} ms" if values else "-")
        table.line(scenario, f"time of the 250, {point}", shown[0], shown[1], "-", "-", None)


def report(table, scenario, rows, wanted_accepted, wanted_delivered, delivered_word):
    for name, measured in rows.items():
        for row in measured:
            if row["error"]:
                table.error(scenario, name, row["error"])
    ours, theirs = rows["Relaywright"], rows.get("Postfix", [])
    table.ratio(scenario, "accepted", median(ours, "accepted"), median(theirs, "accepted"), wanted_accepted)
    table.ratio(scenario, delivered_word, median(ours, "delivered"), median(theirs, "delivered"), wanted_delivered)
    noise = max((row.get("noise", 0.0) for measured in rows.values() for row in measured), default=0.0)
    if noise > 0.25:
        print(f"| {scenario} | other work took {noise:.0%} of the machine: measure again | | | | | |")
    if scenario == "b":
        table.limit(scenario, "CPU a message", median(ours, "cpu_ms"), "ms", CPU_MS_IN_B, f"{median(theirs, 'cpu_ms'):.2f} ms" if theirs else "-")
    if scenario == "c":
        table.limit(scenario, "resident at most", median(ours, "resident_mib"), "MiB", RESIDENT_MIB_IN_C)
    if any("times" in row for row in ours):
        report_times(table, scenario, rows)


def alternate(relays, rounds, scenario, one):
    rows = {relay.name: [] for relay in relays}
    for _ in range(rounds):
        for relay in relays:
            row = one(relay)
            rows[relay.name].append(row)
            if options.json:
                with open(options.json, "a", encoding="utf-8") as file:
                    file.write(json.dumps({"scenario": scenario, "relay": relay.name, **row}) + "\n")
    return rows


def run(chosen, relays, table):
    for scenario in chosen:
        if scenario in SENDING:
            sessions, messages, octets, keeps_open, accepted, delivered = SENDING[scenario]
            rows = alternate(relays, options.rounds, scenario, lambda relay: send(relay, sessions, messages, octets, keeps_open, options.build, options.scale))
            report(table, scenario, rows, accepted, delivered, "delivered")
        elif scenario in BACKLOGS:
            sessions, messages, octets, accepted, drained = BACKLOGS[scenario]
            rows = alternate(relays, 1, scenario, lambda relay: backlog(relay, sessions, messages, octets, options.scale))
            report(table, scenario, rows, accepted, drained, "drained")
        elif scenario == "full":
            row = alternate(relays[:1], 1, scenario, lambda relay: full(relay, options.scale))["Relaywright"][0]
            if row["error"]:
                table.error(scenario, "Relaywright", row["error"])
            table.limit(scenario, f"start with {row['messages']} queued", row["started_in"], "s", FULL["start_seconds"])
            table.limit(scenario, f"resident with {row['connections']} connections", row["resident_mib"], "MiB", FULL["resident_mib"])
        else:
            proof = subprocess.run([sys.executable, Path(__file__).with_name("flush_proof.py"), "--build", options.build,
                                    "--messages", str(scaled(2000, 8, options.scale))], capture_output=True, text=True, check=False)
            table.line("trace", proof.stdout.strip().splitlines()[-1] if proof.stdout.strip() else proof.stderr.strip(), "-", "-", "-",
                       "each 250 behind its flush", proof.returncode == 0)


parser = argparse.ArgumentParser(prog="tests/bench/relay.sh")
parser.add_argument("--build", default="build/release")
parser.add_argument("--rounds", type=int, default=3, help="of each scenario; the medians are shown")
parser.add_argument("--scale", type=float, default=1.0, help="part of the messages")
parser.add_argument("--json", help="append each row to this file, a line of JSON each")
parser.add_argument("--without-postfix", action="store_true")
parser.add_argument("scenario", nargs="*", choices=[*SCENARIOS, []], metavar="SCENARIO")
options = parser.parse_args()


def main():
    if not options.without_postfix and os.geteuid() != 0:
        raise SystemExit("The Postfix needs root. Run this as root, or with --without-postfix.")
    folder = Path(tempfile.mkdtemp(prefix="relaywright-bench-", dir=os.environ.get("RELAYWRIGHT_BENCH_FOLDER")))
    sink_port = peers.free_port()
    relays = [peers.Relaywright(folder / "relaywright", sink_port, options.build)]
    if not options.without_postfix:
        relays.append(peers.Postfix(folder / "postfix", sink_port))
    folder.chmod(0o755)
    table = Table()
    try:
        run(options.scenario or SCENARIOS, relays, table)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if table.missed else 0


if __name__ == "__main__":
    sys.exit(main())
