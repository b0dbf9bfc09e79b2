"""Foreign checkpoints, read as tensors and plain values only; whatever else they hold is refused and named."""

from __future__ import annotations

import pickle
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from liveart.errors import ModelError
from liveart.weights import read_tensors

Tensors = dict[str, Tensor]

_CONVERTS = "liveart converts DCGAN generators saved as a state dict (main.0.weight, …)."
_MOST_MB = 2048
# What the bytes of a pickle say about its maker. The file is only searched for them, never unpickled.
_STYLEGAN = (b"dnnlib", b"torch_utils.persistence", b"training.networks")


def read_checkpoint(path: Path) -> Any:
    """Return what a .pth, .pt, .tar or .safetensors file holds: tensors, numbers, texts, lists, dictionaries.

    Nothing in the file is run. Raises ModelError for whatever is no such file, saying what it is where that shows.
    """
    if not path.is_file():
        raise ModelError(f"{path} is no file.", _CONVERTS)
    if path.stat().st_size > _MOST_MB << 20:
        raise ModelError(f"{path} is larger than {_MOST_MB} MB: no DCGAN is.", _CONVERTS)
    if path.suffix == ".safetensors":
        return read_tensors(path)
    _refuse_archive(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch warns of old pickle protocols; what matters is whether it reads
            return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise ModelError(f"{path} holds more than tensors and plain values{_culprit(error)}: it is not opened, because "
                         "such a file can run a program of its maker.", _advice(path)) from error
    except (RuntimeError, EOFError, OSError, ValueError, KeyError, AttributeError, TypeError, IndexError) as error:
        raise ModelError(f"{path} is no checkpoint that can be read: {_first_line(error)}", _CONVERTS) from error


def _refuse_archive(path: Path) -> None:
    """Refuse a TorchScript archive by its contents: torch's own word for it is long and speaks of other things."""
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError) as error:
        raise ModelError(f"{path} is a damaged archive: {error}.", "Fetch it again.") from error
    if any(name.endswith("/constants.pkl") or "/code/" in name for name in names):
        raise ModelError(f"{path} is a TorchScript program, not a state dict.", _CONVERTS)


def _culprit(error: Exception) -> str:
    found = re.search(r"GLOBAL ([\w.]+)", str(error))
    return f" (it names {found.group(1)})" if found else ""


def _advice(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(1 << 20)
    if any(mark in start for mark in _STYLEGAN):
        return f"It looks like a StyleGAN pickle. {_CONVERTS}"
    return f"If it is yours, save it again: torch.save(netG.state_dict(), \"netG.pth\"). {_CONVERTS}"


def _first_line(error: Exception) -> str:
    text = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return text[:200].rstrip(".") + "."


def state_dicts(content: Any) -> Iterator[tuple[str, Tensors]]:
    """Yield (name, tensors) of every dictionary within `content` that holds tensors, the outermost first."""
    waiting, seen = [("", content)], set[int]()
    while waiting:
        name, value = waiting.pop(0)
        if not isinstance(value, Mapping) or id(value) in seen:  # a pickle can name one dictionary a million times
            continue
        seen.add(id(value))
        tensors = {str(key): item for key, item in value.items() if isinstance(item, Tensor)}
        if tensors:
            yield name, tensors
        waiting += [(f"{name}.{key}".strip("."), item) for key, item in value.items() if isinstance(item, Mapping)]
