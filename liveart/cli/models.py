"""`liveart models [FOLDER]`: what can be played, with licence and preview."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from textwrap import shorten
from typing import Any

from liveart.checkpoints.sniff import kind_of
from liveart.cli.text_table import columns
from liveart.core.card import CARD_NAME, Card, read_card, shipped_models
from liveart.errors import LiveartError, ModelError
from liveart.show.model_words import checkpoints_in, is_checkpoint

EXAMPLE = """example:
  liveart models
  liveart models my-models/ --json

The models that travel with liveart are listed, then those in ./models, then those in FOLDER, and checkpoints of
other programs (.pkl, .pt, .pth, .safetensors) that lie there too."""

CONVERT = "Of a checkpoint, `liveart convert FILE -o FOLDER` makes a model folder, with licence and preview."
Row = dict[str, Any]


def add(subparsers: Any) -> None:
    """Declare the command."""
    about = "list the models that can be played"
    parser = subparsers.add_parser("models", help=about, description=f"{about}.", epilog=EXAMPLE,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", metavar="FOLDER", help="a model, or a folder of models of your own")
    parser.add_argument("--json", action="store_true", help="write a JSON list")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """List the models; return the exit code. Raises ModelError for a FOLDER without any."""
    found = list(_folders(args.folder))
    rows = [row_of(folder, place) for folder, place in found]
    if args.json:
        print(json.dumps(rows, indent=2))
        return 0
    good = [row for row in rows if not row["problem"]]
    print(columns([("name", "kind", "size", "weights", "licence", "preview"), *map(_cells, good)]))
    if any(row["is_foreign"] for row in good):
        print(f"\n{CONVERT}")
    for row in rows:
        if row["problem"]:
            print(f"\n{row['folder']} can't be played: {row['problem']}")
    print("\nPlay one with: liveart play NAME   Data licences and credits: liveart models --json, or its card.toml")
    return 0


def _folders(given: str | None) -> Iterator[tuple[Path, str]]:
    """Yield (model folder or checkpoint, where from), each once."""
    seen = set()
    here = [(folder, "here") for folder in models_in(Path("models"))]
    asked = [(folder, "folder") for folder in _asked(given)] if given is not None else []
    for folder, place in [*((folder, "shipped") for folder in shipped_models()), *here, *asked]:
        if folder.resolve() not in seen:
            seen.add(folder.resolve())
            yield folder, place


def _asked(given: str) -> list[Path]:
    found = models_in(Path(given))
    if not found:
        raise ModelError(f"{given} holds no model.",
                         f"A model is a folder with a {CARD_NAME}; `liveart train` makes one.")
    return found


def models_in(folder: Path) -> list[Path]:
    """Return the model folders in a folder, then the checkpoints, by name; or what is given when it is one."""
    if (folder / CARD_NAME).is_file() or is_checkpoint(folder):
        return [folder]
    return [*sorted(path.parent for path in folder.glob(f"*/{CARD_NAME}")),
            *(path for path in checkpoints_in(folder) if path.suffix != ".tar")]


def row_of(folder: Path, place: str) -> Row:
    """Return what is to be told of one model: `problem` says why it can't be played ("" when it can)."""
    row: Row = {"name": folder.name, "folder": str(folder), "from": place, "problem": "", "is_foreign": False}
    if folder.is_file():
        return row | _foreign(folder)
    try:
        card = read_card(folder)
        weights = folder / card.weights
        if not weights.is_file():
            raise ModelError(f"its weights {card.weights} are missing.", "Fetch or export the model again.")
    except LiveartError as error:
        return row | {"problem": str(error)}
    preview = folder / "preview.png"
    return row | {
        "name": card.name if place != "shipped" else folder.name, "title": card.title, "kind": card.kind,
        "arch": card.arch, "description": card.description, "size": _size(card),
        "weights_mb": round(weights.stat().st_size / 1e6, 2), "licence": dict(card.licence),
        "preview": str(preview) if preview.is_file() else None,
    }


def _foreign(file: Path) -> Row:
    """Return what a checkpoint of another program tells without being loaded."""
    try:
        kind = kind_of(file)
    except LiveartError as error:
        return {"problem": str(error), "is_foreign": True}
    return {"title": file.stem, "kind": kind, "arch": "", "description": "a checkpoint of another program",
            "size": None, "weights_mb": round(file.stat().st_size / 1e6, 2), "licence": {}, "preview": None,
            "is_foreign": True}


def _size(card: Card) -> list[int] | None:
    """Return [width, height] of its pictures where the card tells, else None (sounds)."""
    if card.kind == "wavetable":
        return None
    widths = card.net.get("widths")
    side = card.net.get("size") or (4 << (len(widths) - 1) if isinstance(widths, list) and widths else None)
    return [side, side] if isinstance(side, int) else None


def _cells(row: Row) -> tuple[str, ...]:
    size = "x".join(map(str, row["size"])) if row["size"] else "–"
    licence = shorten(str(row["licence"].get("weights", "not stated")), 48, placeholder=" …")
    preview = row["preview"] or "–"
    if Path(preview).is_relative_to(Path.cwd()):
        preview = str(Path(preview).relative_to(Path.cwd()))
    return (row["name"], row["kind"], size, f"{row['weights_mb']:.1f} MB", licence, preview)
