"""What directions look like: a strip of three pictures for each, and all strips on one sheet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from PIL import Image

from liveart.checkpoints.directions import PICTURES, Direction
from liveart.core.style_rows import rows_of
from liveart.finding.paper import FAINT, Paper, save_picture
from liveart.finding.pictures import on_rows, pictures_of, typical
from liveart.nets.style_net import StyleNet

TILE, GAP, MARGIN = 144, 4, 28
SHOWN = (-2.0, 0.0, 2.0)  # slider units on a strip


def moved(net: StyleNet, start: torch.Tensor, direction: Direction, amounts: Sequence[float]) -> torch.Tensor:
    """Return `start` [style] moved along a direction, on its rows alone: `-> [amounts, rows, style]`."""
    styles = on_rows(net, start[None]).repeat(len(amounts), 1, 1)
    vector = torch.from_numpy(direction.vector).to(styles)
    rows = rows_of(direction.layers, net.rows)
    styles[:, rows.start:rows.stop] += torch.tensor(amounts).to(styles)[:, None, None] * vector
    return styles


def draw_strip(net: StyleNet, direction: Direction, path: Path) -> None:
    """Write the strip of one direction: two units before, a typical picture, two units after."""
    strip = Paper(TILE * len(SHOWN) + GAP * (len(SHOWN) - 1), TILE)
    pictures = pictures_of(net, moved(net, typical(net), direction, SHOWN), TILE)
    for place, picture in enumerate(pictures):
        strip.tile(picture, place * (TILE + GAP), 0, TILE)
    strip.save(path)


def strip_path(beside: Path, name: str) -> Path:
    """Return where the strip of a direction lies."""
    return beside / PICTURES / f"{name}.png"


def draw_sheet(beside: Path, directions: Sequence[Direction], title: str, columns: int = 2) -> Path:
    """Write all strips that are there as one labelled sheet, directions.png; return its path."""
    strip, head, label = TILE * len(SHOWN) + GAP * (len(SHOWN) - 1), 54, 26
    lines = -(-len(directions) // columns)
    columns = min(columns, max(len(directions), 1))
    paper = Paper(MARGIN + columns * (strip + MARGIN), head + lines * (TILE + label + 14) + MARGIN // 2)
    paper.text(MARGIN, 18, title, 20)
    for place, one in enumerate(directions):
        x, y = MARGIN + place % columns * (strip + MARGIN), head + place // columns * (TILE + label + 14)
        paper.text(x, y + 4, one.name, 15)
        paper.text(x + strip, y + 6, f"{one.method}   {one.layers}   -2 · 0 · +2", 12, FAINT, "ra")
        path = strip_path(beside, one.name)
        if path.is_file():
            with Image.open(path) as picture:
                paper.image.paste(picture, (x, y + label))
    sheet = beside / "directions.png"
    save_picture(sheet, paper.image)
    return sheet
