"""`liveart atlas MODEL`: one sheet that shows what is where in a model."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from liveart.cli.model_option import add_command, add_device, add_model, device_of, open_stylegan
from liveart.errors import PatchError, UsageError

if TYPE_CHECKING:
    from liveart.core.path import Path as Journeyed

ABOUT = "draw a map of a model: seeds, directions, and the journey of a patch"
EXAMPLE = """example:
  liveart atlas faces.pkl -o faces.png
  liveart atlas faces.pkl --seeds 120 --patch show.toml

Seeds that look alike lie near each other. Beside the picture a .json says which seed lies where."""
MOST = 2000


def add(subparsers: Any) -> None:
    """Declare the command."""
    parser = add_command(subparsers, "atlas", ABOUT, EXAMPLE)
    add_model(parser)
    parser.add_argument("-o", "--out", default="atlas.png", metavar="FILE", help="the PNG to write (default atlas.png)")
    parser.add_argument("--seeds", type=int, default=64, metavar="N", help="how many seeds (default 64)")
    parser.add_argument("--from-seed", type=int, default=0, metavar="N", help="the first seed (default 0)")
    parser.add_argument("--patch", metavar="PATCH", help="draw the journey of this patch, as for liveart play")
    parser.add_argument("--json", action="store_true", help="print what lies where as JSON")
    add_device(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Draw the atlas; return the exit code."""
    if not 1 <= args.seeds <= MOST or args.from_seed < 0:
        raise UsageError(f"{args.seeds} seeds from {args.from_seed} can't be drawn.", f"Draw 1 to {MOST}, from 0 up.")
    out = Path(args.out)
    if out.suffix.lower() != ".png":
        raise UsageError(f"an atlas is a PNG, not {args.out}.", "Write -o atlas.png")
    path = _path_of(args.patch) if args.patch else None
    model = open_stylegan(args.model)
    from liveart.checkpoints.directions import read_directions
    from liveart.checkpoints.keyframes import read_keyframes
    from liveart.finding.atlas import count_of, draw_atlas, save_atlas
    from liveart.finding.journey import journey_of
    from liveart.finding.pictures import open_net

    net, directions = open_net(model, device_of(args)), read_directions(model)
    journey = journey_of(path, net, read_keyframes(model)) if path else None
    seeds = range(args.from_seed, args.from_seed + args.seeds)
    with tqdm(total=count_of(seeds, directions, journey), unit="picture", dynamic_ncols=True, disable=None) as bar:
        atlas = draw_atlas(model, net, seeds, directions, journey, bar.update)
    table = {"model": model.name, "fingerprint": model.fingerprint, **atlas.to_dict()}
    save_atlas(atlas, out, table)
    print(json.dumps(table, indent=2) if args.json else f"{out}: {args.seeds} seeds, {len(directions)} directions"
          f"{f', a journey of {len(atlas.journey)} stations' if journey else ''}. Places: {out.with_suffix('.json')}")
    return 0


def _path_of(word: str) -> Journeyed:
    """Return the path of the first StyleGAN player of a patch, else of its first picture player that has one."""
    from liveart.show.find_patch import find_patch
    from liveart.show.patch_file import build_path

    players = [player for player in find_patch(word).players_of("picture") if player.path]
    players.sort(key=lambda player: player.generator != "stylegan")
    if not players or players[0].path is None:
        raise PatchError(f"{word} has no picture player with a path.", 'Give one a path = { kind = "walk" }.')
    return build_path(players[0].path)
