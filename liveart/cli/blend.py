"""`liveart blend A B -o DIR`: two models of one family become a third."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import Any

from liveart.cli.model_option import add_command, add_model, open_stylegan, quoted
from liveart.errors import UsageError

ABOUT = "blend two models of one family into a model folder"
EXAMPLE = """example:
  liveart blend faces.pkl moss.pkl -o mossfaces --coarse 0 --middle 0.5 --fine 1
  liveart blend faces moss -o half --all 0.5 --mapping 0.5

0 is the first model, 1 the second. Coarse layers draw the large shapes, fine ones colour and texture. Live, the same is
done with blend_with = "moss" in the patch. Models that can't be blended can be crossfaded: models = ["a", "b"]."""
GROUPS = ("coarse", "middle", "fine")


def add(subparsers: Any) -> None:
    """Declare the command."""
    parser = add_command(subparsers, "blend", ABOUT, EXAMPLE)
    add_model(parser, "a")
    add_model(parser, "b")
    parser.add_argument("-o", "--out", required=True, metavar="DIR", help="the model folder to write")
    for group, default in zip(GROUPS, (0.0, 0.5, 1.0), strict=True):
        parser.add_argument(f"--{group}", type=float, metavar="X",
                            help=f"how much of B the {group} layers take, 0 to 1 (default {default:g})")
        parser.set_defaults(**{f"{group}_default": default})
    parser.add_argument("--all", type=float, metavar="X", help="the same for all layers that are not named")
    parser.add_argument("--mapping", type=float, default=0.0, metavar="X",
                        help="how much of B the mapping from z to w takes (default 0)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Blend; return the exit code."""
    amounts = {group: _amount(args, group) for group in GROUPS}
    for word, amount in {**amounts, "mapping": args.mapping}.items():
        if not (math.isfinite(amount) and 0.0 <= amount <= 1.0):
            raise UsageError(f"--{word} {amount:g} is impossible.", "0 is the first model, 1 the second.")
    a, b = open_stylegan(args.a), open_stylegan(args.b)
    from liveart.finding.blend_models import amounts_by_group, blend_of, save_blend

    blend = blend_of(a, b, amounts_by_group(a, amounts), args.mapping)
    words = " ".join(f"--{word} {amount:g}" for word, amount in {**amounts, "mapping": args.mapping}.items())
    command = f"liveart blend {quoted(a.file.name)} {quoted(b.file.name)} -o {quoted(Path(args.out).name)} {words}"
    card = save_blend(blend, (a, b), Path(args.out), command)
    print(f"{args.out}: {card.description}. Look at {Path(args.out) / 'preview.png'}, "
          f"then: liveart play {quoted(args.out)}")
    print(f"Licence: {card.licence['weights']}")
    return 0


def _amount(args: argparse.Namespace, group: str) -> float:
    own = getattr(args, group)
    if own is not None:
        return float(own)
    return float(getattr(args, f"{group}_default") if args.all is None else args.all)
