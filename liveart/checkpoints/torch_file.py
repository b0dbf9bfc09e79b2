"""Files of torch and of safetensors, read as tensors and plain values only; whatever else they hold is refused."""

from __future__ import annotations

import argparse
import pickle
import re
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from liveart.checkpoints.sniff import READS, form_of
from liveart.errors import ModelError
from liveart.weights import read_tensors

Tensors = dict[str, Tensor]


def read_checkpoint(path: Path) -> Any:
    """Return what a .pth, .pt, .tar or .safetensors file holds: tensors, numbers, texts, lists, dictionaries.

    Nothing in the file is run. The tensors of a large file stay in it until they are used. Raises ModelError for
    whatever is no such file, saying what it is where that shows.
    """
    form = form_of(path)
    if form == "safetensors":
        return read_tensors(path)
    try:
        # Trainings keep the words of their command line in such a namespace: a dictionary by another name.
        with warnings.catch_warnings(), torch.serialization.safe_globals([argparse.Namespace]):
            warnings.simplefilter("ignore")  # torch warns of old pickle protocols; what matters is whether it reads
            return torch.load(path, map_location="cpu", weights_only=True, mmap=form == "zip")
    except pickle.UnpicklingError as error:
        raise ModelError(f"{path} holds more than tensors and plain values{_culprit(error)}: it is not opened, because "
                         "such a file can run a program of its maker.",
                         'If it is yours, save it again: torch.save(netG.state_dict(), "netG.pth"). '
                         f"{READS}") from error
    except Exception as error:  # torch's reader raises whatever a damaged file leads it to
        raise ModelError(f"{path} is no checkpoint that can be read: {_first_line(error)}", READS) from error


def _culprit(error: Exception) -> str:
    found = re.search(r"GLOBAL ([\w.]+)", str(error))
    return f" (it names {found.group(1)})" if found else ""


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


def inventory(content: Any) -> str:
    """Return in a few words what a checkpoint holds."""
    for where, tensors in state_dicts(content):
        some = ", ".join(f"{key} {list(t.shape)}" for key, t in list(tensors.items())[:3])
        return f'{len(tensors)} tensors{f" under {where}" if where else ""}, such as {some}'
    if isinstance(content, Mapping):
        return f"a dictionary without tensors ({', '.join(str(key) for key in list(content)[:5]) or 'empty'})"
    return f"a {type(content).__name__}"
