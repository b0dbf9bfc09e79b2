"""The atlas of a model: seeds where they lie in w, the journey of a patch among them, and what directions do."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from liveart.checkpoints.directions import Direction
from liveart.checkpoints.model import Model
from liveart.errors import UsageError
from liveart.finding.direction_pictures import moved
from liveart.finding.journey import FINE, Journey
from liveart.finding.paper import ACCENT, FAINT, INK, WARM, Paper
from liveart.finding.pictures import PSI, on_rows, pictures_of, seeds_of, typical
from liveart.finding.plane import Plane, as_styles, cells_for, grid_for, plane_of
from liveart.nets.style_net import StyleNet

CELL, TILE = 128, 114  # pixels of the map
SMALL, STEP = 84, 88  # of the rows of directions
MARGIN, HEAD = 40, 92
AMOUNTS = (-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0)
FEWEST = 2 * (len(AMOUNTS) * STEP + MARGIN)  # two rows of directions fit side by side
Progress = Callable[[int], Any]


@dataclass(frozen=True, slots=True)
class Spot:
    """One picture on the map: `name` on its label, where it lies in standard deviations, and its middle in pixels."""

    name: str
    place: tuple[float, float]
    cell: tuple[int, int]
    pixel: tuple[int, int]


@dataclass(slots=True)
class Atlas:
    """What is on the sheet, for those who read JSON."""

    paper: Paper
    seeds: list[Spot] = field(default_factory=list)
    journey: list[Spot] = field(default_factory=list)
    directions: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return names and places, without the pictures."""
        return {"size": list(self.paper.image.size), "truncation": PSI, "seeds": list(map(_to_dict, self.seeds)),
                "journey": list(map(_to_dict, self.journey)), "directions": self.directions}


def _to_dict(spot: Spot) -> dict[str, Any]:
    return {"name": spot.name, "place": [round(number, 4) for number in spot.place], "cell": list(spot.cell),
            "pixel": list(spot.pixel)}


def draw_atlas(model: Model, net: StyleNet, seeds: Sequence[int], directions: Sequence[Direction],
               journey: Journey | None = None, progress: Progress = lambda _count: None) -> Atlas:
    """Return the atlas; `progress` hears of each picture that is drawn (see `count_of`)."""
    plane = plane_of(net)
    styles = on_rows(net, seeds_of(net, seeds, psi=1.0))
    names = [str(seed) for seed in seeds]
    passed = _new(journey, names)  # stations are pictures of the map too; those that are drawn seeds are there already
    if journey:
        styles, names = torch.cat([styles, journey.stations[passed]]), [*names, *(journey.names[k] for k in passed)]
    grid = grid_for(len(names))
    atlas = Atlas(_paper(grid, len(directions)), directions=[one.name for one in directions])
    spots = _spots(names, plane, as_styles(styles), grid, atlas.paper.image.width)
    atlas.seeds = spots[:len(seeds)]
    atlas.journey = _stations(journey, spots, passed) if journey else []
    _draw_head(atlas.paper, model, len(seeds), journey)
    pictures = pictures_of(net, torch.lerp(net.w_mean, styles, PSI), TILE)
    drawn: dict[tuple[int, int], np.ndarray] = {}
    for spot, picture in zip(spots, pictures, strict=True):
        drawn[spot.cell] = picture
        _draw_tile(atlas.paper, spot, picture)
        progress(1)
    if journey:
        atlas.paper.line(_way(journey, plane, grid, atlas), WARM, 2.5)
        for place, spot in enumerate(atlas.journey, 1):
            _draw_station(atlas.paper, spot, drawn[spot.cell], place)
    _draw_directions(atlas.paper, net, directions, grid, progress)
    return atlas


def count_of(seeds: Sequence[int], directions: Sequence[Direction], journey: Journey | None) -> int:
    """Return how many pictures an atlas takes."""
    return len(seeds) + len(directions) * len(AMOUNTS) + len(_new(journey, list(map(str, seeds))))


def _new(journey: Journey | None, names: Sequence[str]) -> list[int]:
    """Return which stations are no drawn seeds."""
    return [k for k, name in enumerate(journey.names) if name not in names] if journey else []


def _stations(journey: Journey, spots: Sequence[Spot], passed: Sequence[int]) -> list[Spot]:
    """Return the spots of all stations, in the order of the journey."""
    seeds, own = spots[:len(spots) - len(passed)], dict(zip(passed, spots[len(spots) - len(passed):], strict=True))
    there = {spot.name: spot for spot in seeds}
    return [own[k] if k in own else there[name] for k, name in enumerate(journey.names)]


def _paper(grid: tuple[int, int], directions: int) -> Paper:
    width = max(2 * MARGIN + grid[0] * CELL, FEWEST + MARGIN if directions else 0)
    lines = -(-directions // 2)
    return Paper(width, HEAD + grid[1] * CELL + MARGIN + (lines * (SMALL + 34) + 36 if lines else 0))


def _spots(names: Sequence[str], plane: Plane, styles: np.ndarray, grid: tuple[int, int], width: int) -> list[Spot]:
    places = plane.at(styles)
    cells = cells_for(plane.even(places), grid)
    left, top = (width - grid[0] * CELL) // 2 + CELL // 2, HEAD + CELL // 2
    return [Spot(name, (float(x), float(y)), cell, (left + cell[0] * CELL, top + cell[1] * CELL))
            for name, (x, y), cell in zip(names, places, cells, strict=True)]


def _way(journey: Journey, plane: Plane, grid: tuple[int, int], atlas: Atlas) -> list[tuple[float, float]]:
    """Return the line of the journey in pixels: its true course in the plane, led through its stations' cells."""
    left = (atlas.paper.image.width - grid[0] * CELL) // 2

    def pixels(rows: torch.Tensor) -> np.ndarray:
        even = plane.even(plane.at(as_styles(rows)))
        return np.stack([left + even[:, 0] * grid[0] * CELL, HEAD + (1.0 - even[:, 1]) * grid[1] * CELL], axis=1)

    course = pixels(journey.way)
    # Each station was moved to the middle of a cell; the way is moved with it, less and less up to the next one.
    offsets = np.array([spot.pixel for spot in atlas.journey]) - pixels(journey.stations)
    steps = np.arange(len(course)) / FINE
    is_home = len(journey.way) > 1 and torch.equal(journey.way[0], journey.way[-1])
    known = np.concatenate([offsets, offsets[:1] if is_home else offsets[-1:]])
    eased = np.floor(steps) + _eased(steps % 1.0)
    shifts = [np.interp(eased, np.arange(len(known)), known[:, axis]) for axis in (0, 1)]
    return [(float(x), float(y)) for x, y in course + np.stack(shifts, axis=1)]


def _eased(shares: np.ndarray) -> np.ndarray:
    """Return smoothstep of 0..1, so that the line has no kink at a station."""
    return np.asarray(shares * shares * (3.0 - 2.0 * shares))


def _draw_head(paper: Paper, model: Model, seeds: int, journey: Journey | None) -> None:
    paper.text(MARGIN, 24, model.name, 28)
    words = f"{model.arch}  ·  {model.net['size']} px  ·  {seeds} seeds at truncation {PSI:g}, by the two strongest " \
            "components of w"
    paper.text(MARGIN, 60, words, 14, FAINT)
    if journey:
        paper.text(paper.image.width - MARGIN, 60, "the journey and its stations", 14, WARM, "ra")


def _draw_tile(paper: Paper, spot: Spot, picture: np.ndarray) -> None:
    left, top = spot.pixel[0] - TILE // 2, spot.pixel[1] - TILE // 2
    paper.tile(picture, left, top, TILE)
    paper.tag(left, top + TILE, spot.name, 12)


def _draw_station(paper: Paper, spot: Spot, picture: np.ndarray, number: int) -> None:
    left, top = spot.pixel[0] - TILE // 2, spot.pixel[1] - TILE // 2
    paper.tile(picture, left, top, TILE, edge=WARM)
    paper.tag(left, top + TILE, f"{number} · {spot.name}" if spot.name else str(number), 12, WARM)


def _draw_directions(paper: Paper, net: StyleNet, directions: Sequence[Direction], grid: tuple[int, int],
                     progress: Progress) -> None:
    start = typical(net)
    top = HEAD + grid[1] * CELL + MARGIN
    for number, one in enumerate(directions):
        x = MARGIN + number % 2 * (paper.image.width // 2)
        y = top + number // 2 * (SMALL + 34)
        paper.text(x, y, one.name, 15, INK)
        paper.text(x + len(AMOUNTS) * STEP - 4, y + 2, f"{one.method}   {one.layers}   -3 … +3", 12, FAINT, "ra")
        for place, picture in enumerate(pictures_of(net, moved(net, start, one, AMOUNTS), SMALL)):
            paper.tile(picture, x + place * STEP, y + 22, SMALL, ACCENT if AMOUNTS[place] == 0.0 else None)
            progress(1)


def save_atlas(atlas: Atlas, path: Path, table: Mapping[str, Any]) -> None:
    """Write the sheet as a PNG, and `table` as JSON beside it. Raises UsageError where that is not possible."""
    atlas.paper.save(path)
    words = path.with_suffix(".json")
    try:
        words.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{words} can't be written: {error.strerror}.", "Choose another place with -o.") from error
