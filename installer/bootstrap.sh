#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Installs what building Relaywright needs and what is missing here; with --tests also what its tests use.
# Quick when everything is there: then it asks the package manager nothing.
#
#   installer/bootstrap.sh [--tests] [--list]
#
# --list prints the packages for this system, and installs nothing. Tried on Debian 12. The lists for dnf, pacman and
# brew are written from those systems' package indexes and unverified; a correction is welcome.
set -euo pipefail

usage() { sed -n '3,11s/^# \{0,1\}//p' "$0"; }

with_tests=0
list_only=0
for argument in "$@"; do
    case "$argument" in
        --tests) with_tests=1 ;;
        --list) list_only=1 ;;
        -h|--help) usage; exit 0 ;;
        *) echo "bootstrap: I do not know the option \"$argument\". Use --tests, --list, or nothing." >&2; exit 2 ;;
    esac
done

# What is installed is named here once per system: to build, then to test.
apt_build=(
    g++ cmake ninja-build pkg-config git ccache lld
    qt6-base-dev qt6-tools-dev qt6-tools-dev-tools qt6-l10n-tools qt6-svg-dev qt6-charts-dev
    qtkeychain-qt6-dev libssl-dev libc-ares-dev libpsl-dev libgsasl-dev libxxhash-dev
    libsqlite3-dev libsqlitecpp-dev libexpected-dev libcli11-dev
    libgl-dev libqt6opengl6-dev
)
apt_tests=(
    postfix sasl2-bin libsasl2-modules dovecot-core dovecot-submissiond libgnutls-dane0 libdb5.3 libidn12 swaks libnet-ssleay-perl curl msmtp s-nail perl python3 openssl bind9-utils nftables strace
    gnome-keyring libsecret-tools dbus procps
    xvfb xauth openbox trayer x11-utils fonts-dejavu-core
    clang libclang-rt-dev
    python3-dkim python3-nacl libmail-dkim-perl python3-prometheus-client
)
dnf_build=(
    gcc-c++ cmake ninja-build pkgconf git ccache lld
    qt6-qtbase-devel qt6-qttools-devel qt6-linguist qt6-qtsvg-devel qt6-qtcharts-devel
    qtkeychain-qt6-devel openssl-devel c-ares-devel libpsl-devel libgsasl-devel xxhash-devel
    sqlite-devel expected-devel cli11-devel
)
dnf_tests=(
    postfix cyrus-sasl cyrus-sasl-plain cyrus-sasl-md5 cyrus-sasl-ntlm cyrus-sasl-scram cyrus-sasl-lib dovecot exim swaks curl msmtp s-nail perl-libnet python3 openssl bind nftables strace
    gnome-keyring libsecret dbus-daemon procps-ng
    xorg-x11-server-Xvfb xauth openbox trayer xprop dejavu-sans-fonts
    clang compiler-rt
    python3-dkimpy python3-pynacl perl-Mail-DKIM python3-prometheus_client
)
pacman_build=(
    gcc cmake ninja pkgconf git ccache lld
    qt6-base qt6-tools qt6-svg qt6-charts qtkeychain-qt6 openssl c-ares libpsl gsasl xxhash sqlite tl-expected cli11
)
pacman_tests=(
    postfix cyrus-sasl dovecot exim swaks curl msmtp s-nail perl python openssl bind nftables strace gnome-keyring libsecret dbus procps-ng
    xorg-server-xvfb xorg-xauth openbox trayer xorg-xprop ttf-dejavu clang compiler-rt
    python-dkim python-pynacl perl-mail-dkim python-prometheus_client
)
brew_build=(cmake ninja pkgconf git ccache qt qtkeychain openssl@3 c-ares libpsl gsasl xxhash sqlite tl-expected cli11)
brew_tests=(swaks curl python)

# The grammar by which the tests parse our PowerShell scripts, with what runs it, a mail server that takes XOAUTH2
# and a client, from the npm registry. Nothing of it is compiled or run at installation, and the release does not contain it.
npm_tests=(tree-sitter-powershell@0.26.4 web-tree-sitter@0.25.10 smtp-server@3.21.6 nodemailer@10.6.0)
exim_folder=${XDG_CACHE_HOME:-$HOME/.cache}/relaywright/exim
npm_folder=${XDG_CACHE_HOME:-$HOME/.cache}/relaywright/npm

# One package a line: those of "$@" that are not installed.
missing_apt() {
    local package
    for package in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
    done
}
missing_dnf() { local p; for p in "$@"; do rpm -q --whatprovides "$p" >/dev/null 2>&1 || echo "$p"; done; }
missing_pacman() { pacman -T "$@" || true; }
missing_brew() { local p; for p in "$@"; do brew list --versions "$p" >/dev/null 2>&1 || echo "$p"; done; }

# Runs a command as root.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "bootstrap: installing packages needs root. Run this as root, or install sudo." >&2
        exit 4
    fi
}

# A mail server starts by itself when it is installed; here only its programs are wanted. policy-rc.d is Debian's
# way to say so; one that is there already is left alone, ours is gone when the installation is over. "No
# configuration" keeps Postfix without a main.cf, so that it does not start later either.
install_apt() {
    local policy=/usr/sbin/policy-rc.d ours=0
    if [[ " $* " == *" postfix "* || " $* " == *" dovecot-core "* ]]; then
        printf 'postfix postfix/main_mailer_type select No configuration\n' | as_root debconf-set-selections
        if [ ! -e "$policy" ]; then
            ours=1
            printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
            as_root chmod 755 "$policy"
        fi
    fi
    local status=0
    apt_install_now "$@" || { as_root apt-get update -q && apt_install_now "$@"; } || status=$?
    [ "$ours" = 0 ] || as_root rm -f "$policy"
    return "$status"
}
apt_install_now() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
        -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "$@"
}
install_dnf() { as_root dnf install -y "$@"; }
install_pacman() { as_root pacman -S --needed --noconfirm "$@"; }
install_brew() { brew install "$@"; }

# One module a line: those of "$@" that are not in the folder, in this version.
missing_npm() {
    local module
    for module in "$@"; do
        grep -qs "\"version\": *\"${module##*@}\"" "$npm_folder/node_modules/${module%@*}/package.json" || echo "$module"
    done
}
install_npm() {
    mkdir -p "$npm_folder"
    npm install --prefix "$npm_folder" --no-save --no-package-lock --ignore-scripts --no-audit --no-fund \
        --legacy-peer-deps --loglevel=error "$@"
}

if command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; then manager=apt
elif command -v dnf >/dev/null; then manager=dnf
elif command -v pacman >/dev/null; then manager=pacman
elif command -v brew >/dev/null; then manager=brew
else
    echo "bootstrap: this system has none of apt, dnf, pacman and brew, so I do not know how to install packages here." >&2
    echo "Install a C++20 compiler, CMake 3.25, Ninja, Qt 6.4 (Widgets, Network, Svg, Charts, Linguist), QtKeychain," >&2
    echo "OpenSSL 3, c-ares, libpsl, GNU SASL, SQLite, tl::expected and CLI11 yourself, then run: cmake --preset release" >&2
    echo "(Windows: vcpkg install, with the vcpkg.json of this folder's parent.)" >&2
    exit 4
fi

# By eval, because macOS has bash 3, which knows no references to arrays, nor mapfile.
eval "wanted=(\"\${${manager}_build[@]}\")"
[ "$with_tests" = 0 ] || eval "wanted+=(\"\${${manager}_tests[@]}\")"
if [ "$list_only" = 1 ]; then
    printf '%s\n' "${wanted[@]}"
    exit 0
fi
# Node comes from many places; only where there is none is the system's installed.
if [ "$with_tests" = 1 ]; then
    command -v node >/dev/null || wanted+=("$([ "$manager" = brew ] && echo node || echo nodejs)")
    [ "$manager" = brew ] || command -v npm >/dev/null || wanted+=(npm)
fi

missing=()
while IFS= read -r package; do missing+=("$package"); done < <("missing_$manager" "${wanted[@]}")
if [ "${#missing[@]}" != 0 ]; then
    [ "$manager" = apt ] || echo "bootstrap: the package list for $manager is unverified; please report what is wrong with it."
    echo "bootstrap: installing ${missing[*]}"
    if ! "install_$manager" "${missing[@]}"; then
        echo "bootstrap: $manager could not install: ${missing[*]}. Its own message is above." >&2
        exit 4
    fi
fi

# Debian does not let Exim and Postfix be installed together; the tests need its program alone.
fetch_exim() {
    local work
    work=$(mktemp -d)
    (cd "$work" && apt-get download -q exim4-daemon-light >/dev/null 2>&1 && mkdir -p "$exim_folder" \
        && dpkg -x exim4-daemon-light_*.deb "$exim_folder")
    local status=$?
    rm -rf "$work"
    return "$status"
}
if [ "$with_tests" = 1 ] && [ "$manager" = apt ] && [ ! -x "$exim_folder/usr/sbin/exim4" ]; then
    echo "bootstrap: unpacking exim4-daemon-light into $exim_folder"
    if ! fetch_exim; then
        echo "bootstrap: apt-get could not download exim4-daemon-light. Try: apt-get update" >&2
        exit 4
    fi
fi

modules=()
if [ "$with_tests" = 1 ]; then
    while IFS= read -r module; do modules+=("$module"); done < <(missing_npm "${npm_tests[@]}")
fi
if [ "${#modules[@]}" != 0 ]; then
    echo "bootstrap: installing ${modules[*]} into $npm_folder"
    if ! install_npm "${npm_tests[@]}"; then
        echo "bootstrap: npm could not install: ${npm_tests[*]}. Its own message is above." >&2
        exit 4
    fi
fi
echo "bootstrap: everything needed is installed."
