"""`liveart directions MODEL`: ways through a model's space, found, named and pictured."""

from __future__ import annotations

import argparse
import json
from typing import Any

from liveart.cli.model_option import add_command, add_device, add_model, device_of, open_stylegan, quoted
from liveart.cli.text_table import columns
from liveart.errors import UsageError

ABOUT = "find the directions in which a model's pictures change, and give them names"
EXAMPLE = """example:
  liveart directions faces.pkl
  liveart directions faces.pkl --method closed-form --layers coarse --count 4
  liveart directions faces.pkl --rename pca_1=smile --set-layers smile=4-7

Each direction becomes a slider when the model is played. What is found is kept in the model folder, or in
faces.liveart beside a bare file; directions.png there shows it all. Finding again adds what is new, and changes
nothing that is there."""


def add(subparsers: Any) -> None:
    """Declare the command."""
    parser = add_command(subparsers, "directions", ABOUT, EXAMPLE)
    add_model(parser)
    parser.add_argument("--count", type=int, metavar="N", help="how many to find (default 8)")
    parser.add_argument("--method", choices=("pca", "closed-form"),
                        help="pca: where w varies most; closed-form: what the style weights amplify most (default pca)")
    parser.add_argument("--layers", metavar="WORD", help="coarse, middle, fine, all (default) or rows such as 3-7")
    parser.add_argument("--rename", action="append", default=[], metavar="NAME=NEW", help="give one another name")
    parser.add_argument("--set-layers", action="append", default=[], metavar="NAME=WORD",
                        help="let one move other layers")
    parser.add_argument("--remove", action="append", default=[], metavar="NAME", help="forget one")
    parser.add_argument("--list", action="store_true", help="list what there is, find nothing")
    parser.add_argument("--json", action="store_true", help="write a JSON list")
    add_device(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Find or change directions and list them; return the exit code."""
    changes = args.rename or args.set_layers or args.remove or args.list
    searches = args.count is not None or args.method or args.layers
    if changes and searches:
        raise UsageError("finding and changing directions are two commands.", "Leave out --count, --method, --layers.")
    model = open_stylegan(args.model)
    from liveart.checkpoints.directions import read_directions
    from liveart.finding import directions as work

    again: dict[str, str] = {}
    if changes:
        _change(args, model)
        found = read_directions(model)
    else:
        count = 8 if args.count is None else args.count
        found, again = work.find(model, count, args.method or "pca", args.layers or "all", device_of(args))
    if args.json:
        print(json.dumps([work.row_of(one) for one in found], indent=2))
        return 0
    _print(args, model, found, again)
    return 0


def _change(args: argparse.Namespace, model: Any) -> None:
    from liveart.finding import directions as work

    for word in args.rename:
        work.rename(model, *work.pair(word, "--rename"))
    for word in args.set_layers:
        work.set_layers(model, *work.pair(word, "--set-layers"), device_of(args))
    for name in args.remove:
        work.remove(model, name)


def _print(args: argparse.Namespace, model: Any, found: Any, again: dict[str, str]) -> None:
    if not found:
        print(f"{model.name} has no directions yet. Find some: liveart directions {quoted(args.model)}")
        return
    rows = [(one.name, one.method, one.layers, f"{one.sigma:.3g}") for one in found]
    print(columns([("name", "method", "layers", "one unit in w"), *rows]))
    for name, kept in again.items():
        print(f"{name} was there already{'' if name == kept else f', as {kept}'}")
    print(f"\nLook at {model.beside / 'directions.png'}   Play with them: liveart play {quoted(args.model)}")
    print(f"Name one: liveart directions {quoted(args.model)} --rename {found[0].name}=NEW")
