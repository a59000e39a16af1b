#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Relaywright's main job in a terminal, against a practice Exchange Online on this computer: plan, artifacts, probe,
# test message, relay. Nothing leaves the computer, and nothing is left when it ends.
#
#   installer/walk.sh BIN_DIR SITE.relaywright
set -euo pipefail

[ $# = 2 ] || { echo "walk: give the folder of relaywright-cli and a site file." >&2; exit 2; }
bin=$(cd "$1" && pwd)
site=$2
cli=$bin/relaywright-cli
folder=$(mktemp -d "${TMPDIR:-/tmp}/relaywright-walk-XXXXXX")
name=walk-$$
running=()

finish() {
    local i
    # Last started, first stopped: the relay goes before its smart host.
    for ((i = ${#running[@]} - 1; i >= 0; i--)); do
        kill -TERM "${running[i]}" 2>/dev/null || true
        wait "${running[i]}" 2>/dev/null || true
    done
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT TERM

heading() { printf '\n\033[1m== %s\033[0m\n' "$1"; }

# A command as one would type it.
prompt() {
    local word
    printf '$ relaywright-cli'
    for word in "$@"; do
        case "$word" in
            *[!A-Za-z0-9._:/@=-]*) printf " '%s'" "$word" ;;
            *) printf ' %s' "$word" ;;
        esac
    done
}

# Shows a command and runs it. Passwords are in the environment, so none is shown.
show() {
    prompt "$@"
    echo
    "$cli" "$@"
}

# Starts a command whose output goes to a file.
start() {
    local output=$1
    shift
    prompt "$@"
    echo ' &'
    "$cli" "$@" >"$output" 2>&1 &
    running+=($!)
}

# Waits up to 20 s until a command succeeds; the sentence is for when it does not.
wait_until() {
    local sentence=$1 i
    shift
    for ((i = 0; i < 100; i++)); do
        "$@" && return 0
        sleep 0.2
    done
    echo "walk: $sentence" >&2
    exit 1
}
says() { grep -q "$2" "$1"; }
status_says() { grep -q "$1" <<<"$("$cli" relay --control "$name" status 2>/dev/null)"; } # a pipe would end its writer early

heading "1. Plan: which method for each sender, and why"
show plan "$site"

heading "2. Artifacts: what the administrator applies"
show artifacts "$site" --out "$folder/artifacts"
for file in "$folder"/artifacts/*.zone; do
    [ -e "$file" ] || continue
    printf '\n%s:\n' "$(basename "$file")"
    cat "$file"
done

heading "3. A practice Exchange Online on this computer"
RELAYWRIGHT_PRACTICE_PASSWORD=$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')
export RELAYWRIGHT_PRACTICE_PASSWORD
start "$folder/practice" rehearse --method client-submission --account scanner@contoso.com=env:RELAYWRIGHT_PRACTICE_PASSWORD \
    --ca-out "$folder/ca.pem"
wait_until "the practice server did not start: $(cat "$folder/practice" 2>/dev/null)" says "$folder/practice" '^listening: '
server=$(sed -n 's/^listening: //p' "$folder/practice")
cat "$folder/practice"

heading "4. Probe: what a server offers, step by step"
show probe "$server" --tls starttls --ca-file "$folder/ca.pem"

heading "5. A test message, the conversation as it happens"
show send --server "$server" --tls starttls --ca-file "$folder/ca.pem" \
    --user scanner@contoso.com --password-from env:RELAYWRIGHT_PRACTICE_PASSWORD \
    --from scanner@contoso.com --to megan@contoso.com --subject "Hello from the reception scanner"

heading "6. What a wrong password looks like, and what to do about it"
status=0
RELAYWRIGHT_WRONG=guess show send --server "$server" --tls starttls --ca-file "$folder/ca.pem" \
    --user scanner@contoso.com --password-from env:RELAYWRIGHT_WRONG \
    --from scanner@contoso.com --to megan@contoso.com || status=$?
[ "$status" = 1 ] || { echo "walk: the practice server took a wrong password (exit code $status)." >&2; exit 1; }

heading "7. A relay for a device that can do neither TLS nor sign-in"
cat > "$folder/relay.json" <<JSON
{
    "schema": "relaywright.relay/1",
    "name": "$name",
    "spoolFolder": "$folder/spool",
    "listeners": [ { "listen": "127.0.0.1:0", "networks": ["127.0.0.0/8"] } ],
    "upstream": {
        "server": "$server",
        "tls": "starttls",
        "caFile": "$folder/ca.pem",
        "user": "scanner@contoso.com",
        "password": "env:RELAYWRIGHT_PRACTICE_PASSWORD",
        "sendAs": "scanner@contoso.com"
    }
}
JSON
cat "$folder/relay.json"
show relay check "$folder/relay.json"
start "$folder/relay" relay --control "$name" run "$folder/relay.json"
wait_until "the relay did not start: $(cat "$folder/relay" 2>/dev/null)" status_says '^listening  *127'
relay=$("$cli" relay --control "$name" status | sed -n 's/^listening  *//p')
echo "The relay listens on $relay."

heading "8. The old device sends through it, in the clear and without a password"
show send --server "$relay" --tls none --from ups@contoso.com --to megan@contoso.com --subject "UPS on battery"
wait_until "the relay did not deliver the message." status_says 'delivered 1'
show relay --control "$name" status
show relay --control "$name" queue

heading "9. What the practice Exchange Online received"
wait_until "the practice server did not see both messages." sh -c "[ \"\$(grep -c '^received' '$folder/practice')\" = 2 ]"
grep '^received' "$folder/practice"

heading "Done"
echo "Everything is stopped and removed now. With a display, the same is in the window: installer/run.sh"
