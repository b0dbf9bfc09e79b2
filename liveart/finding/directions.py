"""`liveart directions` at work: finds, keeps and pictures the directions of a model."""

from __future__ import annotations

from pathlib import Path

from liveart.checkpoints.directions import Direction, find_directions, read_directions, write_directions
from liveart.checkpoints.model import Model
from liveart.errors import UsageError
from liveart.finding.direction_list import Directions, added, renamed, with_layers, without
from liveart.finding.direction_pictures import draw_sheet, draw_strip, strip_path
from liveart.finding.pictures import open_net

SAMPLES = 10_000  # points of w, as in GANSpace: a command has time


def find(model: Model, count: int, method: str, layers: str, device: str = "cpu") -> tuple[Directions, dict[str, str]]:
    """Find directions, add them to those kept and picture them; return all, and those found again (see `added`)."""
    kept = read_directions(model)
    net = open_net(model, device)
    found = find_directions(net, count, method, samples=SAMPLES, layers=layers, tensors=model.tensors)
    directions, again = added(kept, found)
    write_directions(model, directions)
    for one in directions:
        if not one.picture:
            draw_strip(net, one, strip_path(model.beside, one.name))
    _redraw(model, directions)
    return read_directions(model), again


def rename(model: Model, name: str, new: str) -> None:
    """Give a direction another name; its picture goes with it."""
    directions = renamed(read_directions(model), name, new)
    write_directions(model, directions)
    before = strip_path(model.beside, name)
    if before.is_file():
        before.replace(strip_path(model.beside, new))
    _redraw(model, directions)


def set_layers(model: Model, name: str, layers: str, device: str = "cpu") -> None:
    """Let a direction move other layers, and picture it anew."""
    directions = with_layers(read_directions(model), name, layers, int(model.net["rows"]))
    net = open_net(model, device)
    write_directions(model, directions)
    draw_strip(net, next(one for one in directions if one.name == name), strip_path(model.beside, name))
    _redraw(model, directions)


def remove(model: Model, name: str) -> None:
    """Forget a direction and its picture."""
    directions = without(read_directions(model), name)
    write_directions(model, directions)
    strip_path(model.beside, name).unlink(missing_ok=True)
    _redraw(model, directions)


def _redraw(model: Model, directions: Directions) -> Path:
    return draw_sheet(model.beside, directions, f"{model.name}: directions")


def pair(word: str, option: str) -> tuple[str, str]:
    """Return both sides of NAME=VALUE. Raises UsageError."""
    name, equals, value = word.partition("=")
    if not (name and equals and value):
        raise UsageError(f"{option} {word} is not NAME=VALUE.", f"Write {option} pca_1=smile")
    return name, value


def row_of(one: Direction) -> dict[str, object]:
    """Return what is told of a direction."""
    return {"name": one.name, "method": one.method, "layers": one.layers, "sigma": round(one.sigma, 4),
            "picture": one.picture or None}
