#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds cmdlets.json against checkouts of Microsoft's documentation of the cmdlets, whose pages are named CMDLET.md.

    check_cmdlets.py CHECKOUT...        compares; exit code 0 when everything is documented as listed, else 1
    check_cmdlets.py --self-test        tries itself on a small page

Run it after adding to the list, and when Microsoft has published a new version; the repositories are named in
cmdlets.json. A page documents its parameters as headings (`### -Name`), each with a block that says its type; a page for
Exchange also says for which products. Pages that a checkout lacks are named, and do not count as good.
"""
import json
import re
import sys
import tempfile
from pathlib import Path

LIST = Path(__file__).with_name("cmdlets.json")
PARAMETER = re.compile(r"^### -(?P<name>\w+)\s*\n(?P<body>.*?)(?=^### |^## |\Z)", re.M | re.S)
# Exchange's list is for Exchange Online, but for what only a server of one's own has.
ON_PREMISES = re.compile(r"^(Add|Get|Remove)-ADPermission$|^(New|Set|Get|Remove)-ReceiveConnector$")


def page_of(cmdlet, roots):
    """The newest page by folder name: docset/winserver2025-ps comes after docset/winserver2022-ps."""
    pages = sorted(page for root in roots for page in root.rglob(f"{cmdlet}.md"))
    return pages[-1] if pages else None


def documented(text):
    """Parameter names of a page, with whether each is a switch."""
    return {match["name"]: bool(re.search(r"^Type: SwitchParameter\b", match["body"], re.M))
            for match in PARAMETER.finditer(text)}


def faults_of(cmdlet, entry, text, exchange):
    parameters = documented(text)
    faults = [f"{cmdlet} has no parameter -{name}" for name in entry["parameters"] if name not in parameters]
    for name in entry["parameters"]:
        if name in parameters and parameters[name] != (name in entry["switches"]):
            faults.append(f"{cmdlet} -{name} {'is' if parameters[name] else 'is not'} a switch")
    applicable = re.search(r"^applicable: (.*)$", text, re.M)
    product = "Exchange Server" if ON_PREMISES.match(cmdlet) else "Exchange Online"
    if exchange and applicable and product not in applicable[1]:
        faults.append(f"{cmdlet} is not documented for {product}")
    return faults


def check(roots, listed):
    faults, seen = [], 0
    for part in ("cmdlets", "powershell"):
        for cmdlet, entry in listed[part].items():
            page = page_of(cmdlet, roots)
            if page is None:
                faults.append(f"{cmdlet} has no page in these checkouts")
                continue
            seen += 1
            faults += faults_of(cmdlet, entry, page.read_text(encoding="utf-8-sig"), part == "cmdlets")
    return faults, seen


def self_test():
    page = ("---\napplicable: Exchange Online\n---\n## PARAMETERS\n\n### -Identity\nWhat.\n\n```yaml\nType: String\n```\n\n"
            "### -Confirm\nAsk.\n\n```yaml\nType: SwitchParameter\n```\n\n### CommonParameters\n")
    good = {"cmdlets": {"Get-A": {"parameters": ["Identity", "Confirm"], "switches": ["Confirm"]}}, "powershell": {}}
    bad = {"cmdlets": {"Get-A": {"parameters": ["Name", "Identity"], "switches": ["Identity"]},
                       "Get-ReceiveConnector": {"parameters": [], "switches": []},
                       "Get-B": {"parameters": [], "switches": []}}, "powershell": {}}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in ("Get-A", "Get-ReceiveConnector"):
            (root / f"{name}.md").write_text(page, encoding="utf-8")
        assert check([root], good) == ([], 1), check([root], good)
        faults, seen = check([root], bad)
        assert seen == 2 and faults == ["Get-A has no parameter -Name", "Get-A -Identity is not a switch",
                                        "Get-ReceiveConnector is not documented for Exchange Server",
                                        "Get-B has no page in these checkouts"], faults
    # The list itself is well formed.
    listed = json.loads(LIST.read_text(encoding="utf-8"))
    for part in ("cmdlets", "powershell"):
        for cmdlet, entry in listed[part].items():
            assert set(entry["switches"]) <= set(entry["parameters"]), cmdlet


def main(arguments):
    if arguments == ["--self-test"]:
        self_test()
        return 0
    roots = [Path(argument) for argument in arguments]
    if not roots or not all(root.is_dir() for root in roots):
        print(__doc__, file=sys.stderr)
        return 2
    faults, seen = check(roots, json.loads(LIST.read_text(encoding="utf-8")))
    print(f"{seen} cmdlets compared.")
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
