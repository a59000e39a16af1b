#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# From a fresh checkout to the running program: installs what building needs, builds, and starts the console.
# Without a display it walks the same main job in this terminal, against the practice server.
#
#   installer/run.sh                 the console, or without a display the walk
#   installer/run.sh --terminal      the walk, even with a display
#   installer/run.sh SITE.relaywright    opens this site (the walk plans it)
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
terminal=0
site=
for argument in "$@"; do
    case "$argument" in
        --terminal) terminal=1 ;;
        -h|--help) sed -n '3,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
        -*) echo "run: I do not know the option \"$argument\". Use --terminal, a site file, or nothing." >&2; exit 2 ;;
        *) site=$argument ;;
    esac
done
if [ -n "$site" ] && [ ! -r "$site" ]; then
    echo "run: there is no readable file \"$site\". Give a *.relaywright file, such as resources/examples/contoso.relaywright." >&2
    exit 3
fi
[ -z "$site" ] || site=$(cd "$(dirname "$site")" && pwd)/$(basename "$site")

installer/bootstrap.sh
cmake --preset release -DRELAYWRIGHT_TESTS=OFF
cmake --build build/release --parallel

if [ "$(uname)" = Linux ] && [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    echo
    echo "There is no display here, so this is the same job in the terminal."
    terminal=1
fi
if [ "$terminal" = 0 ]; then
    exec build/release/bin/relaywright ${site:+"$site"}
fi
exec installer/walk.sh build/release/bin "${site:-resources/examples/contoso.relaywright}"
