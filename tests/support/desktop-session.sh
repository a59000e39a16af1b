#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Runs a command on a desktop of its own: a private D-Bus session, an unlocked keyring, a virtual display with a window
# manager and a tray, and empty folders for home, settings and data. Nothing of the user's is read or changed, and
# nothing is left when the command ends.
#
#   tests/support/desktop-session.sh ctest --test-dir build/debug
#   tests/support/desktop-session.sh build/debug/bin/relaywright
set -euo pipefail

if [ "${RELAYWRIGHT_DESKTOP:-}" != inside ]; then
    [ $# -gt 0 ] || { echo "desktop-session: give the command to run." >&2; exit 2; }
    folder=$(mktemp -d "${TMPDIR:-/tmp}/relaywright-desktop-XXXXXX")
    # D-Bus ends with its session; what it started (keyring services) ends with it.
    trap 'rm -rf "$folder"' EXIT
    mkdir -p "$folder"/{home,config,data,cache,state}
    mkdir -m 700 "$folder/runtime"
    status=0
    # What the bootstrap put into the user's cache for the tests stays where it is.
    tools=${RELAYWRIGHT_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/relaywright}
    env -u WAYLAND_DISPLAY -u DBUS_SESSION_BUS_ADDRESS -u XDG_CURRENT_DESKTOP -u DESKTOP_SESSION -u KDE_FULL_SESSION \
        -u GNOME_KEYRING_CONTROL -u SSH_AUTH_SOCK -u QT_QPA_PLATFORMTHEME -u QT_STYLE_OVERRIDE \
        RELAYWRIGHT_DESKTOP=inside RELAYWRIGHT_TOOLS="$tools" HOME="$folder/home" XDG_RUNTIME_DIR="$folder/runtime" \
        XDG_CONFIG_HOME="$folder/config" XDG_DATA_HOME="$folder/data" XDG_CACHE_HOME="$folder/cache" \
        XDG_STATE_HOME="$folder/state" LANG=C.UTF-8 LC_ALL=C.UTF-8 QT_QPA_PLATFORM=xcb NO_AT_BRIDGE=1 \
        dbus-run-session -- "${BASH_SOURCE[0]}" "$@" || status=$?
    exit "$status"
fi

started=()
finish() {
    local pid
    for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${started[@]}"; do wait "$pid" 2>/dev/null || true; done
}
trap finish EXIT
trap 'exit 130' INT TERM

# Waits up to ten seconds for a command to succeed; the sentence is for when it does not.
wait_for() {
    local sentence=$1 i
    shift
    for ((i = 0; i < 200; i++)); do
        "$@" >/dev/null 2>&1 && return 0
        sleep 0.05
    done
    echo "desktop-session: $sentence" >&2
    exit 4
}

logs=$XDG_RUNTIME_DIR/logs
mkdir "$logs"

# The display picks a free number by itself and says which.
exec {number_from}< <(exec Xvfb -displayfd 1 -screen 0 1440x1000x24 -nolisten tcp -noreset 2>"$logs/xvfb")
started+=($!)
read -r -t 20 -u "$number_from" number || { echo "desktop-session: Xvfb did not start." >&2; cat "$logs/xvfb" >&2; exit 4; }
export DISPLAY=:$number

openbox >"$logs/openbox" 2>&1 &
started+=($!)
trayer --edge bottom --align right --widthtype request --height 24 >"$logs/trayer" 2>&1 &
started+=($!)

# The login keyring is made now, with an empty password, and is open until the daemon ends.
gnome-keyring-daemon --foreground --components=secrets --unlock <<<'' >"$logs/keyring" 2>&1 &
started+=($!)

# No pipe into "grep -q": it ends at the first match, the writer dies of SIGPIPE, and with pipefail a tray that is there
# counts as missing.
tray_is_there() { [[ $(xwininfo -root -tree) == *'"panel"'* ]]; }
keyring_is_open() {
    [[ $(dbus-send --session --print-reply --dest=org.freedesktop.secrets \
        /org/freedesktop/secrets/collection/login \
        org.freedesktop.DBus.Properties.Get string:org.freedesktop.Secret.Collection string:Locked) == *'boolean false'* ]]
}
wait_for "the tray did not appear; see installer/bootstrap.sh --tests." tray_is_there
wait_for "the keyring did not appear on the session bus; see installer/bootstrap.sh --tests." keyring_is_open

status=0
"$@" || status=$?
exit "$status"
