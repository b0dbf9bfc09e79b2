"""How a show begins, live or offline: its addresses, its sources."""

from __future__ import annotations

from collections.abc import Iterable

from liveart.core.contract import Source
from liveart.core.layout import Layout
from liveart.core.registry import find_part
from liveart.errors import LiveartError, PatchError
from liveart.show.patch import PartSpec, Patch
from liveart.show.patch_file import build_path
from liveart.show.player import Group


def show_layout(patch: Patch, groups: Iterable[Group] = ()) -> Layout:
    """Return all addresses: the show's own, its paths', then its players' in the order of the patch."""
    order = {player.name: place for place, player in enumerate(patch.players)}
    paths = [(spec.group, build_path(spec).params) for spec in patch.paths]
    return Layout.of([*patch.show_params(), *paths, *sorted(groups, key=lambda group: order[group[0]])])


def make_source(spec: PartSpec, folder: str) -> Source:
    """Return the source of a spec, not yet open. Raises PatchError."""
    try:
        made = find_part("source", spec.kind, folder)(**spec.settings)
    except LiveartError as error:
        error.what = f"sources.{spec.name}: {error.what}"
        raise
    except (TypeError, ValueError) as error:
        raise PatchError(f"sources.{spec.name}: {error}.") from error
    if not isinstance(made, Source):
        raise PatchError(f"sources.{spec.name}: {spec.kind} is not a Source.", "Derive the class from liveart.Source.")
    made.folder = folder
    return made
