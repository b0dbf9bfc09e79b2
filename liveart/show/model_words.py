"""What a word for a model stands for: its folder or file, or the nearest word there is; and a short name for it."""

from __future__ import annotations

import re
from pathlib import Path

from liveart.checkpoints.sniff import SUFFIXES, is_program, locate
from liveart.core.card import CARD_NAME, read_card
from liveart.errors import ModelError, did_you_mean


def is_checkpoint(path: Path) -> bool:
    """Say whether `path` is a file that may hold a foreign model; the weights of a model folder are no such file."""
    if path.suffix.lower() not in SUFFIXES or not path.is_file():
        return False
    if path.suffix.lower() == ".ts" and not is_program(path):  # a film, or a page's program
        return False
    try:
        return read_card(path.parent).weights != path.name
    except ModelError:
        return True


def checkpoints_in(folder: Path) -> list[Path]:
    """Return the files of a folder that may hold a foreign model, by name."""
    return sorted(path for path in folder.glob("*") if is_checkpoint(path))


def place_of_model(word: str, folder: str | Path = ".") -> Path:
    """Return the model folder or the checkpoint that `word` means, looked for in `folder` first.

    Raises ModelError, with the nearest name of those that lie there, when there is none.
    """
    try:
        return locate(word, folder)
    except ModelError as error:
        place = Path(folder) / Path(word).expanduser()
        near = [path.parent.name for path in place.parent.glob(f"*/{CARD_NAME}")]
        near += [path.name for path in checkpoints_in(place.parent)]
        if place.exists() or not near:
            raise
        raise ModelError(error.what, did_you_mean(place.name, near)) from error


def short_name(place: Path) -> str:
    """Return a word that people and addresses can have for a model: letters, digits, _ and - of its name."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", place.stem if place.is_file() else place.name).strip("_") or "model"
