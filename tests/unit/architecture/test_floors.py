# SPDX-License-Identifier: GPL-3.0-or-later
"""The house keeps its floors (docs/architecture.md): who may include and link what, and every file names its license.

Run as `test_floors.py SOURCE_DIR`. The linker keeps most of this; what it cannot see (header-only use, a link added
without thought, a socket in the window) is kept here.
"""
import re
import subprocess
import sys
import unittest
from pathlib import Path

# A room may use rooms of lower floors only. docs/architecture.md draws this table.
FLOORS = {
    "base": 1,
    "knowledge": 2, "site": 2, "mailauth": 2, "smtp": 2, "mail": 2, "dns": 2, "secrets": 2, "http": 2,
    "plan": 3, "oauth": 3, "graph": 3, "session": 3,
    "artifacts": 4, "verify": 4, "diagnosis": 4, "relay": 4, "rehearsal": 4,
    "prove": 5,
    "ui": 6, "report": 6,
    "app": 7,
}

# Values in, values out: no sockets, no files, no processes, no timers, no clock of their own.
PURE = {"base", "knowledge", "site", "mailauth", "smtp", "mail", "plan", "oauth", "graph", "artifacts",
        "diagnosis", "report"}
IO_HEADERS = re.compile(
    r"^(QtNetwork\b.*|QTcp\w+|QUdp\w+|QSsl\w*|QLocal(Socket|Server)|QHost(Info|Address)|QNetwork\w+|QAbstractSocket|QDnsLookup"
    r"|QFile|QSaveFile|QTemporary\w+|QDir|QFileInfo|QLockFile|QProcess|QTimer|QElapsedTimer|QSettings|QStandardPaths"
    r"|QThread|sqlite3?\.h|SQLiteCpp/.*|ares\w*\.h|openssl/.*|q\w*keychain.*|fstream|sys/.*|unistd\.h|windows\.h)$")
# Knowledge is data compiled into the program (":/knowledge/..."), which Qt opens as files. A signature is mathematics.
IO_ALLOWED = {("knowledge", "QFile"), ("knowledge", "QDir")} | {
    (room, f"openssl/{header}.h") for room in ("mail", "oauth") for header in ("err", "evp", "pem", "rsa", "x509")}
LINK_ALLOWED = {("mail", "OpenSSL::Crypto"), ("oauth", "OpenSSL::Crypto"), ("oauth", "Qt6::Network")}
# The files of oauth that keep time, wait for the browser, keep the user's accounts and read whom these trust, and that of
# graph that takes its steps; what these mean is decided without them.
IO_ALLOWED_FILES = {"core/base/Precompiled.h", "core/oauth/TokenKeeper.cpp", "core/oauth/PersonSignIn.cpp",
                    "core/oauth/AccountBook.cpp", "core/oauth/TokenAuthorities.cpp",
                    "core/graph/GraphMailer.cpp"}
# A clock is passed in; only base, which holds SystemClock, reads the real one.
CLOCKS = re.compile(r"\b(QDateTime::currentDateTime\w*|QDate::currentDate|QTime::currentTime|(system|steady)_clock::now)\s*\(")

# The window talks to core; it opens no sockets and reads no spool.
UI_FORBIDDEN = re.compile(
    r"^(QtNetwork\b.*|QTcp\w+|QUdp\w+|QSslSocket|QSslServer|QLocal(Socket|Server)|QNetwork\w+|QAbstractSocket|QDnsLookup"
    r"|sqlite3?\.h|SQLiteCpp/.*|ares\w*\.h|core/relay/(Spool|Database).*)$")

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.M)
LINK_CALL = re.compile(r"\b(target_link_libraries|relaywright_room)\s*\(([^)]*)\)", re.S)
SOURCE_ENDINGS = (".cpp", ".h", ".mm", ".cmake", ".sh", ".py", ".ps1", ".svg", ".qrc", ".yml", ".in")
SOURCE_NAMES = ("CMakeLists.txt", ".clang-format", ".clang-tidy")


def room_of(path):
    """The room that a file of the tree belongs to, or None: core/smtp/Reply.h is in smtp, ui/wizard/Page.cpp in ui."""
    parts = Path(path).parts
    if len(parts) > 2 and parts[0] == "core":
        return parts[1]
    if len(parts) > 1 and parts[0] in ("ui", "app"):
        return parts[0]
    return None


def may_use(room, other):
    return room == other or FLOORS[other] < FLOORS[room]


def include_faults(path, text):
    """What is wrong with the includes of one file, one sentence each."""
    room = room_of(path)
    if room is None:
        return []
    if room not in FLOORS:
        return [f"{path}: the room {room} has no floor; add it to docs/architecture.md and to this test"]
    faults = []
    for header in INCLUDE.findall(text):
        other = room_of(header)
        if other is not None and other not in FLOORS:
            faults.append(f"{path}: includes {header}, a room without a floor")
        elif other is not None and not may_use(room, other):
            faults.append(f"{path}: {room} (floor {FLOORS[room]}) may not use {header} (floor {FLOORS[other]})")
        name = header.split("/")[-1] if header.startswith("Qt") and "/" in header else header
        allowed = (room, name) in IO_ALLOWED or path in IO_ALLOWED_FILES
        if room in PURE and IO_HEADERS.match(name) and not allowed:
            faults.append(f"{path}: {room} is pure and may not include <{header}>")
        if room == "ui" and UI_FORBIDDEN.match(name):
            faults.append(f"{path}: the window may not include <{header}>; ask core for it")
    return faults


def clock_faults(path, text):
    room = room_of(path)
    if room not in PURE or room == "base":
        return []
    return [f"{path}: {room} is pure and may not ask for the time ({found.group(0)})" for found in CLOCKS.finditer(text)]


def link_faults(path, text):
    """What is wrong with the links in one CMakeLists.txt."""
    room = room_of(path)
    if room not in FLOORS or not path.endswith("CMakeLists.txt"):
        return []
    text = re.sub(r"#.*", "", text)
    faults = []
    for call, body in LINK_CALL.findall(text):
        words = body.split()
        if not words:
            continue
        target, names = words[0], words[1:]
        if call == "relaywright_room":
            owner = target
            linked, taking = [], False
            for word in names:
                if word.isupper():
                    taking = word == "LINKS"
                elif taking:
                    linked.append(word)
        else:
            # A target of the room's folder, such as relaywright_ui or the executable relaywright.
            owner = target.removeprefix("relaywright_") if target.removeprefix("relaywright_") in FLOORS else room
            linked = [word.removeprefix("relaywright_") for word in names if word.startswith("relaywright_")]
        for other in linked:
            if other in FLOORS and owner in FLOORS and not may_use(owner, other):
                faults.append(f"{path}: {owner} (floor {FLOORS[owner]}) may not link {other} (floor {FLOORS[other]})")
        outside = [word for word in names if (owner, word) not in LINK_ALLOWED]
        if owner in PURE and re.search(r"\bQt6::(Network|Widgets|Gui|Sql)\b|OpenSSL|SQLite|CARES", " ".join(outside)):
            faults.append(f"{path}: {owner} is pure and may link Qt Core only")
    return faults


def license_faults(path, text):
    if path.startswith("tests/golden/"):  # what the program makes for its users is theirs
        return []
    if not (path.endswith(SOURCE_ENDINGS) or Path(path).name in SOURCE_NAMES or text.startswith("#!")):
        return []
    head = "\n".join(text.splitlines()[:5])
    if "SPDX-License-Identifier: GPL-3.0-or-later" in head:
        return []
    return [f"{path}: no SPDX-License-Identifier in its first five lines"]


NAMESPACE = re.compile(r"^namespace ([\w:]+) \{", re.M)
TYPE = re.compile(r"^(?:struct|class|enum class) (\w+)(?: final)?(?: : [^{;]+)?\s*\{", re.M)


def same_names(files):
    """Types of one name in one namespace. Two that meet in a program share what the compiler makes of them
    (std::optional of one is that of the other), and nothing says so."""
    places = {}
    for path, text in files:
        if not path.endswith(".h") or room_of(path) is None:
            continue
        # A header of ours opens its namespace last, behind those whose types it only announces.
        spaces = NAMESPACE.findall(text)
        for name in TYPE.findall(text):
            places.setdefault((spaces[-1] if spaces else "", name), []).append(path)
    return [f"{name} of {space} is in " + " and in ".join(paths) for (space, name), paths in places.items()
            if len(paths) > 1]


def tree(root):
    """Path and text of every file that is or may become part of the repository."""
    try:
        listed = subprocess.run(["git", "-C", str(root), "ls-files", "-co", "--exclude-standard", "-z"], check=True,
                                capture_output=True).stdout.decode().split("\0")
    except (OSError, subprocess.CalledProcessError):  # an unpacked archive
        builds = [cache.parent for cache in root.rglob("CMakeCache.txt")]
        listed = [str(p.relative_to(root)) for p in root.rglob("*") if not any(b in p.parents for b in builds)]
    for name in filter(None, listed):
        path = root / name
        if not path.is_file():
            continue
        try:
            yield name, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture


class TheTree(unittest.TestCase):
    root = Path()

    def setUp(self):
        self.files = list(tree(self.root))

    def check(self, judge):
        self.assertGreater(len(self.files), 50, "found no sources")
        faults = [fault for path, text in self.files for fault in judge(path, text)]
        if faults:
            self.fail("\n" + "\n".join(faults))

    def test_includes_go_downward_only(self):
        self.check(include_faults)

    def test_links_go_downward_only(self):
        self.check(link_faults)

    def test_pure_rooms_have_no_clock(self):
        self.check(clock_faults)

    def test_types_have_a_name_of_their_own(self):
        self.assertEqual(same_names(self.files), [])

    def test_every_source_names_its_license(self):
        self.check(license_faults)


class TheRules(unittest.TestCase):
    """That the rules above would notice."""

    def test_an_upward_include_is_seen(self):
        self.assertTrue(include_faults("core/smtp/X.cpp", '#include "core/relay/Spool.h"\n'))
        self.assertTrue(include_faults("core/dns/X.cpp", '#include "core/smtp/Reply.h"\n'))  # same floor
        self.assertTrue(include_faults("core/relay/X.cpp", '#include "ui/MainWindow.h"\n'))
        self.assertFalse(include_faults("core/relay/X.cpp", '#include "core/smtp/Reply.h"\n#include "core/relay/Y.h"\n'))

    def test_io_in_a_pure_room_is_seen(self):
        for header in ("QTcpSocket", "QtNetwork/QSslSocket", "QFile", "QtCore/QFile", "openssl/ssl.h", "sqlite3.h"):
            self.assertTrue(include_faults("core/mail/X.cpp", f"#include <{header}>\n"), header)
        self.assertFalse(include_faults("core/relay/X.cpp", "#include <QTcpSocket>\n"))
        self.assertFalse(include_faults("core/mail/X.cpp", "#include <QString>\n"))

    def test_a_socket_in_the_window_is_seen(self):
        for header in ("QTcpSocket", "QSslSocket", "QNetworkAccessManager", "sqlite3.h", "core/relay/Spool.h"):
            self.assertTrue(include_faults("ui/X.cpp", f"#include <{header}>\n"), header)

    def test_a_clock_in_a_pure_room_is_seen(self):
        self.assertTrue(clock_faults("core/plan/X.cpp", "auto t = QDateTime::currentDateTimeUtc();"))
        self.assertFalse(clock_faults("core/relay/X.cpp", "auto t = QDateTime::currentDateTimeUtc();"))

    def test_an_upward_link_is_seen(self):
        self.assertTrue(link_faults("core/smtp/CMakeLists.txt", "relaywright_room(smtp SOURCES A.cpp LINKS base relay)"))
        self.assertTrue(link_faults("core/smtp/CMakeLists.txt", "relaywright_room(smtp SOURCES A.cpp LINKS base PRIVATE Qt6::Network)"))
        self.assertTrue(link_faults("core/dns/CMakeLists.txt", "target_link_libraries(relaywright_dns PUBLIC relaywright_ui)"))
        self.assertFalse(link_faults("core/relay/CMakeLists.txt",
                                     "relaywright_room(relay MOC SOURCES A.cpp LINKS base smtp PRIVATE Qt6::Network)"))

    def test_a_name_that_is_there_twice_is_seen(self):
        a = ("core/session/A.h", "namespace relaywright {\nstruct Way {\n};\n}\n")
        b = ("core/relay/B.h", "namespace Other {\nclass X;\n}\nnamespace relaywright {\nclass Way final : public A {\n};\n}\n")
        c = ("app/cli/C.h", "namespace relaywright::cli {\nenum class Way { One };\n}\n")
        self.assertTrue(same_names([a, b]))
        self.assertFalse(same_names([a, c]))
        self.assertFalse(same_names([a, ("core/relay/B.h", "namespace relaywright {\nstruct Way;\n}\n")]))

    def test_a_missing_license_line_is_seen(self):
        self.assertTrue(license_faults("core/smtp/X.cpp", "#pragma once\n"))
        self.assertTrue(license_faults("installer/tool", "#!/bin/sh\n"))
        self.assertFalse(license_faults("README.md", "# Relaywright\n"))


if __name__ == "__main__":
    TheTree.root = Path(sys.argv[1]).resolve()
    unittest.main(argv=sys.argv[:1])
