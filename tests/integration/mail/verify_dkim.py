# SPDX-License-Identifier: GPL-3.0-or-later
"""Verifies the DKIM signatures of messages with dkimpy: `verify_dkim.py ZONE MESSAGE...`.

ZONE has a line `name<TAB>text` for each TXT record; nothing is asked of the network. For each message one line: its name
and, for each signature from the top, pass or fail.
"""
import sys
from pathlib import Path

import dkim

zone = dict(line.split("\t") for line in Path(sys.argv[1]).read_text().splitlines())


def answer(name, timeout=5):
    return zone[name.decode().rstrip(".")].encode()


for path in sys.argv[2:]:
    message = Path(path).read_bytes()
    results = []
    header = message.split(b"\r\n\r\n", 1)[0].lower()
    for index in range((b"\r\n" + header).count(b"\r\ndkim-signature:")):
        try:
            good = dkim.DKIM(message, minkey=1024).verify(idx=index, dnsfunc=answer)
            results.append("pass" if good else "fail")
        except dkim.DKIMException as error:
            results.append(f"fail ({error})")
    print(Path(path).name, *results, sep="\t")
