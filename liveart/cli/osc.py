"""`liveart osc [PATCH]`: the address table of a show; with --watch its live traffic."""

from __future__ import annotations

import argparse
import json
from typing import Any

from liveart.cli.options import apply_settings
from liveart.core.table import rows, table_text
from liveart.show.find_patch import find_patch
from liveart.show.offline import Offline

EXAMPLE = """example:
  liveart osc                     addresses of the built-in patch
  liveart osc friday.toml --json
  liveart osc --watch             what arrives, and what liveart makes of it

With --watch and no liveart playing, the port is opened here and each message is judged by the table.
When a liveart plays already, it is asked to tell each change of a value (see /liveart/listen)."""


def add(subparsers: Any) -> None:
    """Declare the command."""
    about = "list the OSC addresses of a patch, or watch what arrives"
    parser = subparsers.add_parser("osc", help=about, description=f"{about}.", epilog=EXAMPLE,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("patch", nargs="?", metavar="PATCH", help="as for play; the built-in patch when left out")
    parser.add_argument("--watch", action="store_true", help="show live traffic until Ctrl-C")
    parser.add_argument("--osc-port", type=int, metavar="N", help="watch this port instead of the patch's")
    parser.add_argument("--json", action="store_true", help="write a JSON list; with --watch one object a line")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """List or watch; return the exit code."""
    patch = apply_settings(find_patch(args.patch), args)
    if args.watch:
        from liveart.cli.osc_watch import watch

        return watch(patch, as_json=args.json)
    show = Offline(patch)  # only the opened models know all of their params
    try:
        table = rows(show.layout)
    finally:
        show.close()
    if args.json:
        print(json.dumps([row.to_dict() for row in table], indent=2))
        return 0
    print(table_text(table))
    print(f"\nSend to {patch.osc_host}:{patch.osc_port}, UDP. ADDRESS takes native units, ADDRESS/norm takes 0..1. "
          "Patterns (* ? [] {}) and bundles work.")
    return 0
