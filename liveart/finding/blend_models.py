"""A blend of two models, kept as a model of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import torch

from liveart.checkpoints.folder import Words, refuse_taken, write_folder
from liveart.checkpoints.model import Model, fingerprint
from liveart.core.card import Card
from liveart.core.style_rows import GROUPS, rows_of
from liveart.errors import ModelError
from liveart.finding.paper import Paper
from liveart.finding.pictures import on_rows, open_net, pictures_of, seeds_of
from liveart.nets.blend import blended, block_rows, check_blendable

PREVIEW, COLUMNS = 512, 4  # pixels across, pictures in a row


def amounts_by_group(model: Model, groups: Mapping[str, float]) -> dict[str, float]:
    """Return how much of the second model each block takes, when "coarse", "middle" and "fine" say it."""
    rows = int(model.net["rows"])
    ranges = {name: rows_of(name, rows) for name in GROUPS}
    return {block: next(groups[name] for name in GROUPS if row in ranges[name])
            for block, row in block_rows(model).items()}


def blend_of(a: Model, b: Model, amounts: Mapping[str, float], mapping: float = 0.0) -> Model:
    """Return the model between `a` and `b`: `amounts` for each block, `mapping` for the mapping.

    Raises ModelError when they can't be blended.
    """
    check_blendable(a, b)
    tensors = blended(a, b, amounts, mapping)
    missing = a.tensors.keys() - tensors.keys()
    if missing:
        raise ModelError(f"the blend lacks an amount for {sorted(missing)[0]}.", "Give one for every block.")
    return replace(a, name=f"{a.name}-{b.name}", tensors=tensors, fingerprint=fingerprint(tensors),
                   licence=_licences(a, b))


def _licences(a: Model, b: Model) -> dict[str, str]:
    """Return both licences: a blend owes to both."""
    both = {key: (str(a.licence.get(key, "not stated")), str(b.licence.get(key, "not stated")))
            for key in ("weights", "data")}
    table = {key: f"check both. {a.name}: {one}. {b.name}: {other}" for key, (one, other) in both.items()}
    credits = [str(model.licence.get("credit", "")) for model in (a, b)]
    return table | {"credit": "; ".join(dict.fromkeys(filter(None, credits)))}


def save_blend(blend: Model, parents: tuple[Model, Model], out: Path, command: str) -> Card:
    """Write `blend` as a model folder with a preview; return its card. Raises ModelError when `out` is taken."""
    refuse_taken(out)
    preview = draw_preview(blend)
    names = " and ".join(parent.name for parent in parents)
    half = all(tensor.dtype != torch.float32 or tensor.numel() <= 4096 for tensor in parents[0].tensors.values())
    words = Words(title=out.resolve().name, description=f"a blend of {names}",
                  training={"command": command, "parents": [_parent(parent) for parent in parents]})
    card = write_folder(out, blend, words, half)
    preview.save(out / "preview.png")
    return card


def _parent(model: Model) -> dict[str, str]:
    return {"name": model.name, "fingerprint": model.fingerprint, "weights": str(model.licence.get("weights", ""))}


def draw_preview(model: Model) -> Paper:
    """Return a sheet of the first seeds."""
    net = open_net(model)
    tile = PREVIEW // COLUMNS
    paper = Paper(PREVIEW, PREVIEW // 2)
    for place, picture in enumerate(pictures_of(net, on_rows(net, seeds_of(net, range(2 * COLUMNS))), tile)):
        paper.tile(picture, place % COLUMNS * tile, place // COLUMNS * tile, tile)
    return paper
