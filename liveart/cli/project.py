"""`liveart project IMAGE MODEL`: the place in a model that comes nearest to a picture, kept as a keyframe."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from liveart.cli.model_option import add_command, add_device, add_model, device_of, open_stylegan, quoted
from liveart.errors import UsageError

if TYPE_CHECKING:
    from liveart.finding.project import Projection

ABOUT = "bring a picture in: find where a model comes nearest to it, and keep the place as a keyframe"
EXAMPLE = """example:
  liveart project me.jpg faces.pkl --name me
  liveart project me.jpg faces.pkl --space w+ --steps 1000 --device cuda
  liveart project sea.png faces.pkl --loss pixels

The middle square of the picture is taken. Ctrl-C ends early and keeps the best so far. Then let a path lead there:
path = { kind = "loop", stations = [3, "me", 17] }"""


def add(subparsers: Any) -> None:
    """Declare the command."""
    parser = add_command(subparsers, "project", ABOUT, EXAMPLE)
    parser.add_argument("image", metavar="IMAGE", help="a picture that Pillow can read")
    add_model(parser)
    parser.add_argument("--name", metavar="NAME", help="of the keyframe (default: that of the picture)")
    parser.add_argument("--steps", type=int, default=400, metavar="N", help="how long to look (default 400)")
    parser.add_argument("--space", choices=("w", "w+"), default="w",
                        help="w: one style for all layers, moves well; w+: one each, nearer to the picture (default w)")
    parser.add_argument("--loss", choices=("perceptual", "pixels"), default="perceptual",
                        help="compare by eye (needs liveart[project]), or by pixels and edges (default perceptual)")
    parser.add_argument("--size", type=int, metavar="N",
                        help="pixels at which pictures are compared (default 256 on a GPU, 128 on a processor)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the chance in the search (default 0)")
    add_device(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Search, write the keyframe and say how to use it; return the exit code."""
    if not 1 <= args.steps <= 100_000:
        raise UsageError(f"{args.steps} steps are impossible.", "Ask for 1 to 100000; 200 to 1000 are usual.")
    name = args.name or re.sub(r"[^A-Za-z0-9_-]+", "_", Path(args.image).stem).strip("_")
    model = open_stylegan(args.model)
    from liveart.checkpoints.keyframes import check_keyframe_name
    from liveart.finding.bring_in import Wish, bring_in
    from liveart.training.stopping import Stopping

    check_keyframe_name(name)
    wish = Wish(Path(args.image), name, args.steps, args.space, args.loss, args.size, args.seed, device_of(args))
    with Stopping() as stopping, tqdm(total=args.steps, unit="step", dynamic_ncols=True, disable=None) as bar:

        def watch(step: int, loss: float) -> bool:
            bar.update(step - bar.n)
            bar.set_postfix_str(f"loss {loss:.4f}", refresh=False)
            return stopping.is_asked

        found, path = bring_in(model, wish, watch)
    _tell(args, name, found, path)
    return 0


def _tell(args: argparse.Namespace, name: str, found: Projection, path: Path) -> None:
    ended = f"Ended after {found.steps} of {args.steps} steps. " if found.steps < args.steps else ""
    print(f"{ended}The loss fell from {found.first:.4f} to {found.last:.4f}. Picture | model: {path}")
    print(f'Keyframe "{name}" is kept. Lead a path there: path = {{ kind = "loop", stations = [3, "{name}", 17] }}')
    print(f"See where it lies: liveart atlas {quoted(args.model)} --patch SHOW.toml")
