"""Any neural audio file by what is in it, not by its suffix: nn~ (RAVE and kin), Neutone, or liveart's own."""

from __future__ import annotations

import json
from pathlib import Path

from liveart.core.card import read_card
from liveart.errors import ModelError
from liveart.neural.model import AudioModel
from liveart.neural.torchscript import read_extra


def open_audio_model(path: Path, batch: int = 1, rate: int = 44100, block: int = 2048, seed: int = 0) -> AudioModel:
    """Return the model of a file or a model folder, with `batch` streams, warm; `seed` is of all that a file draws.

    `rate` and `block` in samples are those of the host, for files that fit themselves to it (Neutone); the others have
    their own. Raises ModelError when it can't be read, is no audio model, or can't play so many streams.
    """
    path = Path(path)
    if path.is_dir():
        return _folder(path, batch)
    if is_neutone(path):
        from liveart.neural.neutone import open_neutone

        model = open_neutone(path, rate, block, seed)
        return model if batch == model.batch else model.fork(batch)
    from liveart.neural.nn_model import open_nn

    return open_nn(path, batch, seed)


def is_neutone(path: Path) -> bool:
    """Say whether a TorchScript file carries the metadata of a Neutone model."""
    try:
        told = json.loads(read_extra(path, "metadata.json") or b"null")
    except ValueError:
        return False
    return isinstance(told, dict) and "neutone_parameters" in told


def _folder(folder: Path, batch: int) -> AudioModel:
    card = read_card(folder)
    if card.kind != "sound":
        raise ModelError(f'{folder} is a model of kind "{card.kind}".', 'A sound is made by one of kind "sound".')
    from liveart.neural.band_model import open_band_model

    return open_band_model(folder, batch)
