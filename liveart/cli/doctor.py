"""`liveart doctor`: all that a bug report needs, and whether what a show needs works here."""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import asdict
from typing import Any

from liveart.cli.text_table import columns

EXAMPLE = """example:
  liveart doctor
  liveart doctor --json > doctor.json       to send with a bug report

It ends with exit code 1 when something that every show needs is broken. Names of people, files and networks are left
out, but for the folder of liveart itself."""

_MARKS = {"fact": " ", "ok": "✓", "warning": "!", "broken": "✗"}


def add(subparsers: Any) -> None:
    """Declare the command."""
    about = "check this machine and say all that a bug report needs"
    parser = subparsers.add_parser("doctor", help=about, description=f"{about}.", epilog=EXAMPLE,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="write one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Check everything; return 0, or 1 when something needed is broken."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read when torch is imported
    from liveart.cli.doctor_checks import all_checks

    checks = list(all_checks())
    broken = [check for check in checks if check.state == "broken"]
    if args.json:
        print(json.dumps({"ok": not broken, "checks": [asdict(check) for check in checks]}, indent=2))
        return 1 if broken else 0
    print(columns([(_MARKS[check.state], check.name, check.detail) for check in checks]))
    advised = [check for check in checks if check.hint and check.state in ("warning", "broken")]
    for check in advised:
        print(f"\n{_MARKS[check.state]} {check.name}: {check.detail}\n  {check.hint}")
    print("\nAll that a show needs works here." if not broken else f"\n{len(broken)} of {len(checks)} are broken.")
    return 1 if broken else 0
