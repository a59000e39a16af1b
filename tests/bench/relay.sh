#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Measures relaywrightd against a Postfix in the same run, alternating, and prints a table with what is wanted of it.
#
#   tests/bench/relay.sh [--rounds N] [--scale F] [--json FILE] [--without-postfix] [SCENARIO...]
#
# Scenarios: a b c d b-open c-open backlog-10000 backlog-50000 full trace; without any, all of them (about half an hour).
# --scale 0.01 takes a hundredth of the messages: whether it works, not how fast it is. Exit code 1: a figure is not met.
# Needs root (the Postfix), what installer/bootstrap.sh --tests installs, and a quiet machine. docs/benchmarks.md says more.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
case "${1:-}" in -h|--help) sed -n '4,11s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;; esac
build=${RELAYWRIGHT_BENCH_BUILD:-build/release}
if [ -z "${RELAYWRIGHT_BENCH_BUILD:-}" ]; then
    { cmake --preset release -DRELAYWRIGHT_TESTS=ON && cmake --build --preset release --target relaywrightd relaywright-cli bench_smtp_load; } >&2
fi
exec python3 -B tests/bench/relay/run.py --build "$build" "$@"
