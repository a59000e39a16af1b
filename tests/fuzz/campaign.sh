#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Throws made-up input at the readers of strangers' text, with clang's libFuzzer and sanitizers.
#
#   tests/fuzz/campaign.sh [MINUTES] [TARGET]...
#                                      all targets, or these, one after the other, 15 minutes in all; what was learnt is
#                                      kept in build/fuzz/corpus and used again
#   tests/fuzz/campaign.sh --short     20,000 made-up inputs for each target, always the same
#   tests/fuzz/campaign.sh --build     only builds the targets
#
# An input that breaks something is left in build/fuzz/findings, and the exit code is 1: mend the fault, and put the
# input with a telling name into tests/fuzz/seeds. Exit code 77: there is no clang with libFuzzer here.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
targets=(spf dkim-key dmarc mta-sts dns-reply smtp-reply message token token-answer graph-answer graph-message
    smtp-server address header spool-record relay-config site)
runs=20000
mode=long minutes=15
case "${1:-}" in
    -h|--help) sed -n '4,14s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    --short) mode=short ;;
    --build) mode=build ;;
    '') ;;
    *[!0-9]*) echo "campaign: \"$1\" is no number of minutes. Use a number, --short or --build." >&2; exit 2 ;;
    *) minutes=$1 ;;
esac
if [ "$mode" = long ] && [ "$#" -gt 1 ]; then
    for target in "${@:2}"; do
        [[ " ${targets[*]} " == *" $target "* ]] || { echo "campaign: there is no target \"$target\"; there are ${targets[*]}." >&2; exit 2; }
    done
    targets=("${@:2}")
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
if ! clang++ -x c++ -fsanitize=fuzzer -o "$scratch/probe" - 2>/dev/null \
    <<<'extern "C" int LLVMFuzzerTestOneInput(const unsigned char *, unsigned long) { return 0; }'; then
    echo "campaign: there is no clang++ with libFuzzer; installer/bootstrap.sh --tests installs it where it can."
    exit 77
fi

jobs=${RELAYWRIGHT_JOBS:-$(nproc 2>/dev/null || sysctl -n hw.ncpu)}
if ! { cmake --preset sanitize && cmake --build build/sanitize --parallel "$jobs" --target relaywright_fuzzers; } \
    >"$scratch/build.log" 2>&1; then
    cat "$scratch/build.log" >&2
    echo "campaign: the targets do not build; the messages are above." >&2
    exit 4
fi
[ "$mode" != build ] || exit 0
mkdir -p build/fuzz/findings

dictionary() {
    case "$1" in
        dkim-key|dmarc) echo tests/fuzz/tags.dict ;;
        header|graph-message) echo tests/fuzz/message.dict ;;
        *) echo "tests/fuzz/$1.dict" ;;
    esac
}

# New inputs go into the first folder that is named.
status=0
for target in "${targets[@]}"; do
    if [ "$mode" = short ]; then
        kept=$scratch/$target
        limit=(-runs="$runs" -seed=1)
        export QT_HASH_SEED=0 # else the ways through the program differ from run to run, and so do the inputs
    else
        kept=build/fuzz/corpus/$target
        limit=(-max_total_time=$((minutes * 60 / ${#targets[@]})))
    fi
    mkdir -p "$kept"
    if "build/sanitize/fuzz/$target" "${limit[@]}" -max_len=4096 -timeout=25 -print_final_stats=1 -verbosity=0 \
        -dict="$(dictionary "$target")" -artifact_prefix="build/fuzz/findings/$target-" \
        "$kept" "tests/fuzz/seeds/$target" >"$scratch/$target.log" 2>&1; then
        echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$scratch/$target.log") inputs, no finding"
    else
        status=1
        cat "$scratch/$target.log"
        echo "$target: broken; the input is in build/fuzz/findings"
    fi
done
exit "$status"
