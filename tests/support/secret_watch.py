#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command, the test suite for instance, and looks for the suite's secrets in all that it leaves behind.

  tests/support/secret_watch.py [--also FOLDER]... [--report FILE] [--mark TEXT]... -- COMMAND...

It looks into every file that is written while the command runs, below a temporary folder of the command's own (TMPDIR),
below the home and the folders of settings, data, cache and state, and below each --also (ctest's log, say); also into
files that are gone when the command ends, and into what a crash leaves. It looks at the argument list of every process
that this user starts in that time, too. What it looks for are the marks of tests/support/TestSecrets.h, as they are, in
base64 at every place of a longer text (PLAIN's response, XOAUTH2's), in UTF-16 (NTLM's form), in hexadecimal and in the
forms of addresses and forms on the web; with --mark it looks for other texts in their place. Linux.

Each find is a line on standard error and in FILE. Exit code: that of the command; 1 when it was 0 and there is a find.
The argument lists are sampled, every few milliseconds: a process that lives shorter can be missed.
"""
import argparse
import base64
import ctypes
import fnmatch
import os
import select
import shutil
import signal
import stat
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

MARKS = (b"pass word-oM4xeiRuph7Z", b"token-Aev8uKoh3iePhu")

# Where a secret belongs. The other side of a sign-in has to know it, and so do the files that tests hand in by name.
EXPECTED = {
    "*/keyrings/*": "the keychain itself; the tests' keyring has no password",
    "*/etc/sasl/*": "Postfix: the accounts of the tests' own server",
    "*/etc/sasl_passwd*": "Postfix: its password for the smart host, where its manual wants it",
    "*/relaywright-dovecot-*/users": "Dovecot: the accounts of the tests' own server",
    "*/relaywright-exim-*/exim.conf": "Exim: the accounts of the tests' own server",
    "*/given-by-the-test-*": "a test hands it in by file:PATH",
}
PIECE = 1 << 20


def inner_base64(octets, before):
    """The characters that `octets` alone decide, with `before` others in front of them (SecretMask does it the same)."""
    whole = base64.b64encode(b"\0" * before + octets)
    return whole[(before * 8 + 5) // 6:(before + len(octets)) * 8 // 6]


def forms_of(mark):
    wide = mark.decode().encode("utf-16-le")
    forms = {mark, wide, mark.hex().encode(), mark.hex().upper().encode(), wide.hex().encode(),
             urllib.parse.quote(mark).encode(), urllib.parse.quote_plus(mark).encode(),
             mark.replace(b" ", b"\\ "), mark.replace(b" ", b"=20")}
    for octets in (mark, wide):
        for before in range(3):
            inner = inner_base64(octets, before)
            forms |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    return forms


class Finds:
    """What to find, and where it was found, each place once."""

    def __init__(self, marks, report):
        self.forms = sorted(set().union(*map(forms_of, marks)))
        self.longest = max(map(len, self.forms))
        self.places = set()
        self.report = report
        self.lock = threading.Lock()

    def form_in(self, octets):
        return next((form for form in self.forms if form in octets), None)

    def add(self, place, form):
        with self.lock:
            if place in self.places:
                return
            self.places.add(place)
            line = f"secret_watch: {place} holds {form.decode('latin-1')!r}, a form of a test's secret.\n"
            sys.stderr.write(line)
            if self.report:
                with open(self.report, "a", encoding="utf-8") as file:
                    file.write(line)


class Files:
    """Looks into each file below its folders as soon as whoever wrote it closes it (inotify(7))."""

    CLOSE_WRITE, MOVED_TO, CREATE, ISDIR, OVERFLOW = 0x8, 0x80, 0x100, 0x40000000, 0x4000

    def __init__(self, folders, finds):
        self.finds = finds
        self.seen = 0
        self.lost = 0
        self.folders = folders
        self.watched = {}
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.inotify = self.libc.inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK)
        if self.inotify < 0:
            sys.exit("secret_watch: this system lets nobody watch folders (inotify).")
        for folder in folders:
            self.enter(folder, look=False)
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def enter(self, folder, look=True):
        """Watches a folder and all below; with `look` what stands there already is new as well."""
        mask = self.CLOSE_WRITE | self.MOVED_TO | self.CREATE
        number = self.libc.inotify_add_watch(self.inotify, os.fsencode(folder), mask)
        if number < 0:
            return
        self.watched[number] = folder
        try:
            entries = list(os.scandir(folder))
        except OSError:
            return
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                self.enter(entry.path, look)
            elif look:
                self.look_into(entry.path)

    def look_into(self, path):
        if any(fnmatch.fnmatch(path, pattern) for pattern in EXPECTED):
            return
        try:
            if not stat.S_ISREG(os.lstat(path).st_mode):
                return
            with open(path, "rb") as file:
                self.seen += 1
                tail = b""
                while piece := file.read(PIECE):
                    if form := self.finds.form_in(tail + piece):
                        return self.finds.add(path, form)
                    tail = piece[-self.finds.longest:]
        except OSError:
            self.lost += 1

    def handle(self, events):
        at = 0
        while at < len(events):
            number, mask, _, size = struct.unpack_from("iIII", events, at)
            name = os.fsdecode(events[at + 16:at + 16 + size].rstrip(b"\0"))
            at += 16 + size
            if mask & self.OVERFLOW:
                self.lost += 1
            if number not in self.watched or not name:
                continue
            path = os.path.join(self.watched[number], name)
            if mask & self.ISDIR:
                self.enter(path)
            elif mask & (self.CLOSE_WRITE | self.MOVED_TO):
                self.look_into(path)

    def drain(self):
        while True:
            try:
                self.handle(os.read(self.inotify, 1 << 16))
            except BlockingIOError:
                return

    def run(self):
        while not self.stopping.is_set():
            select.select([self.inotify], [], [], 0.05)
            self.drain()

    def finish(self):
        """Also looks at what lies there now, whoever still has it open."""
        self.stopping.set()
        self.thread.join()
        self.drain()
        for folder in self.folders:
            for below, _, names in os.walk(folder):
                for name in names:
                    self.look_into(os.path.join(below, name))


class Arguments:
    """Looks at the argument list of every process of this user that begins while it watches (proc(5))."""

    YOUNG = 0.3  # seconds in which a process may still become another program

    def __init__(self, finds):
        self.finds = finds
        self.seen = set()
        self.since = {process: 0.0 for process in self.processes()}
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    @staticmethod
    def processes():
        return [name for name in os.listdir("/proc") if name.isdigit()]

    def look_at(self, process):
        try:
            with open(f"/proc/{process}/cmdline", "rb") as file:
                arguments = file.read(1 << 20)
        except OSError:
            return
        if arguments and arguments not in self.seen:
            self.seen.add(arguments)
            if form := self.finds.form_in(arguments):
                self.finds.add(f"the argument list of {arguments.split(bytes(1))[0].decode(errors='replace')}", form)

    def run(self):
        while not self.stopping.wait(0.01):
            now = time.monotonic()
            alive = self.processes()
            for process in alive:
                if now - self.since.setdefault(process, now) < self.YOUNG:
                    self.look_at(process)
            if len(self.since) > 4 * len(alive):
                self.since = {process: self.since[process] for process in alive}

    def finish(self):
        self.stopping.set()
        self.thread.join()


def folders_of(environment, temporary, also):
    names = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR")
    # Outside a desktop of its own these are the user's: their files are none of this search's business.
    own = [environment[name] for name in names if name in environment] if "RELAYWRIGHT_DESKTOP" in environment else []
    return [os.path.realpath(folder) for folder in [temporary, *own, *also] if os.path.isdir(folder)]


def look_at_cores(finds, files, since):
    """What a crash leaves in the current folder."""
    pattern = open("/proc/sys/kernel/core_pattern", encoding="utf-8").read().strip()
    if not pattern.startswith("|"):
        for entry in os.scandir(os.path.dirname(pattern) or "."):
            if "core" in entry.name and entry.is_file() and entry.stat().st_mtime >= since:
                files.look_into(entry.path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--also", action="append", default=[], metavar="FOLDER")
    parser.add_argument("--report", metavar="FILE")
    parser.add_argument("--mark", action="append", metavar="TEXT")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    started = time.time()
    # Servers that change their user must be able to pass through it; a socket's path may have 107 octets.
    temporary = tempfile.mkdtemp(prefix="rw-")
    os.chmod(temporary, 0o711)
    finds = Finds([mark.encode() for mark in options.mark] if options.mark else MARKS, options.report)
    for folder in options.also:
        os.makedirs(folder, exist_ok=True)
    files = Files(folders_of(os.environ, temporary, options.also), finds)
    arguments = Arguments(finds)
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the command gets it as well, and then it ends
        status = subprocess.run(options.command, env=os.environ | {"TMPDIR": temporary}, check=False).returncode
    finally:
        files.finish()
        arguments.finish()
        look_at_cores(finds, files, started)
        shutil.rmtree(temporary, ignore_errors=True)
    print(f"secret_watch: looked into {files.seen} files and {len(arguments.seen)} argument lists, "
          f"{files.lost} were moved or gone before; {len(finds.places)} hold a secret.")
    return status if status != 0 or not finds.places else 1


if __name__ == "__main__":
    sys.exit(main())
