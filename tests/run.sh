#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Everything from nothing: installs what is missing, builds, and runs all tests.
#
#   tests/run.sh                     everything; the rooms that read what strangers send also under the sanitizers
#   tests/run.sh --fast              without the sanitizers
#   tests/run.sh -R smtp             the debug build's tests that ctest selects by these arguments; no sanitizers
#
# The tests run on a desktop of their own (tests/support/desktop-session.sh), with nothing but the loopback network.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
jobs=${RELAYWRIGHT_JOBS:-$(nproc 2>/dev/null || sysctl -n hw.ncpu)}
sanitizers=1
ctest_arguments=()
for argument in "$@"; do
    case "$argument" in
        --fast) sanitizers=0 ;;
        -h|--help) sed -n '3,10s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
        *) ctest_arguments+=("$argument"); sanitizers=0 ;;
    esac
done

step() { printf '\n== %s\n' "$1"; }

# Configures and builds a preset; further arguments are targets. Functions and lines are the debug information that a failed
# test needs; all of it would make each of some two hundred test programs five times as large, 12 GB in all.
build() {
    local preset=$1 configure=()
    shift
    [ "$preset" != debug ] || configure=(-DCMAKE_CXX_FLAGS_DEBUG=-g1)
    # Without clang the sanitizers of the system's compiler serve; fuzz targets there are none then.
    [ "$preset" = debug ] || command -v clang++ >/dev/null || configure=(-DCMAKE_C_COMPILER=cc -DCMAKE_CXX_COMPILER=c++)
    cmake --preset "$preset" -DRELAYWRIGHT_TESTS=ON -DRELAYWRIGHT_WERROR=ON ${configure[@]+"${configure[@]}"}
    cmake --build "build/$preset" --parallel "$jobs" ${1:+--target "$@"}
}

# ctest over a build folder, on a desktop of its own. Whatever the tests write or start is searched for the passwords and
# tokens that they sign in with.
run_tests() {
    local folder=$1 watch=()
    shift
    [ "$(uname)" != Linux ] || watch=(tests/support/secret_watch.py --also "$root/$folder/Testing" --)
    tests/support/desktop-session.sh ${watch[@]+"${watch[@]}"} ctest --test-dir "$root/$folder" --parallel "$jobs" \
        --output-on-failure --no-tests=error "$@"
}

step "installing what is missing"
installer/bootstrap.sh --tests

step "debug build"
build debug

sanitizer_status=0
if [ "$sanitizers" = 1 ]; then
    step "rooms that read what strangers send, under the address and undefined behaviour sanitizers"
    build sanitize relaywright_sanitized_tests
    UBSAN_OPTIONS=print_stacktrace=1 run_tests build/sanitize -L '^sanitized$' || sanitizer_status=$?
fi

# The fuzz test finds its targets built; selected tests build what they need themselves.
if [ "${#ctest_arguments[@]}" = 0 ]; then
    step "fuzz targets"
    tests/fuzz/campaign.sh --build || [ "$?" = 77 ]
fi

step "all tests"
status=0
run_tests build/debug ${ctest_arguments[@]+"${ctest_arguments[@]}"} || status=$?
if [ "$sanitizer_status" != 0 ]; then
    echo "The sanitizer run failed; its output is further up." >&2
    exit "$sanitizer_status"
fi
exit "$status"
