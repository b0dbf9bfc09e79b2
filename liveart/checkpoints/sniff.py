"""What a model's file is, told by a look at its bytes: nothing is unpickled, no torch. Standard library only."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from liveart.core.card import CARD_NAME, find_model, generator_for, read_card
from liveart.errors import ModelError

SUFFIXES = (".pkl", ".pt", ".pth", ".tar", ".safetensors", ".ts", ".nm")
READS = ("liveart reads StyleGAN2 and StyleGAN3 pickles (.pkl), StyleGAN2 and DCGAN state dicts (.pt, .pth), neural "
         "audio files (.ts, .nm) and model folders.")
LARGEST_MB = 8192
_LOOK = 1 << 20  # bytes from the start of a file; names of classes come first there
_TORCH_LEGACY = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."  # torch's own first pickle, which is a number
_TENSORFLOW = b"dnnlib.tflib"
# Names of tensors, of which one is enough to tell the kind.
_STYLEGAN = (b"synthesis.b4.", b"convs.0.conv.weight", b"synthesis.input.freqs")
_GAN = (b"main.0.weight", b"main.3.weight")


def locate(word: str | Path, folder: str | Path = ".") -> Path:
    """Return the model folder or checkpoint file that `word` means, beside `folder` first, then shipped.

    Raises ModelError when there is none of that name, with the nearest one.
    """
    given = Path(word).expanduser()
    local = Path(folder) / given
    here = local if local.exists() else given
    if here.is_file():
        in_folder = (here.parent / CARD_NAME).is_file()
        is_of_it = in_folder and (here.suffix.lower() not in SUFFIXES or here.name == read_card(here.parent).weights)
        return find_model(here) if is_of_it else here.absolute()  # a link keeps its own name
    if not here.exists() and given.suffix.lower() in SUFFIXES:
        raise ModelError(f"{given} is no file.", READS)
    return find_model(here if here.exists() else word)


def kind_of(path: str | Path) -> str:
    """Return the generator that plays a model folder or file: "stylegan", "gan", "neural", or the kind on a card.

    Reads little of the file and loads nothing. Raises ModelError for what is surely no model.
    """
    place = Path(path)
    if place.is_dir() or place.name == CARD_NAME:
        return generator_for(read_card(place if place.is_dir() else place.parent).kind)
    if is_program(place):  # a TorchScript file: only neural audio models are played so
        return "neural"
    form = form_of(place)
    if form == "pickle":  # of a StyleGAN or not: its reader says which name in it is refused
        return "stylegan"
    names = _names(place, form)
    if any(mark in names for mark in _STYLEGAN):
        return "stylegan"
    if any(mark in names for mark in _GAN):
        return "gan"
    if form == "torch":  # an old file: its names may lie anywhere in it
        return "gan"
    raise ModelError(f"{place} holds no generator that liveart knows.", READS)


def form_of(path: Path) -> str:
    """Return how a file is written: "pickle" (StyleGAN's), "zip" and "torch" (torch's new and old), "safetensors".

    Raises ModelError for anything else: absent, empty, too large, TensorFlow's, a program.
    """
    start = _start(path)
    if path.suffix.lower() == ".safetensors":
        return "safetensors"
    if start.startswith(b"PK\x03\x04"):
        _refuse_program(path)
        return "zip"
    if start.startswith(_TORCH_LEGACY):
        return "torch"
    if _TENSORFLOW in start:
        raise ModelError(f"{path} is a TensorFlow StyleGAN file, which liveart does not read. Nothing was run.",
                         "Convert it with a tool of your own to a PyTorch .pkl, or take the PyTorch version.")
    if start[:1] == b"\x80" and start[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"):
        return "pickle"
    raise ModelError(f"{path} is no checkpoint that can be read: it starts with {start[:4].hex(' ') or 'nothing'}.",
                     READS)


def _start(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise ModelError(f"{path} is no file.", READS)
        if size > LARGEST_MB << 20:
            raise ModelError(f"{path} is larger than {LARGEST_MB} MB: no model of these kinds is.", READS)
        with path.open("rb") as file:
            return file.read(_LOOK)
    except FileNotFoundError:
        raise ModelError(f"{path} is no file.", READS) from None
    except OSError as error:
        raise ModelError(f"{path} can't be read: {error.strerror}.", "Look at its permissions.") from error


def is_program(path: Path) -> bool:
    """Say whether a file is a TorchScript archive, told by its contents."""
    if not zipfile.is_zipfile(path):
        return False
    return any(name.endswith("/constants.pkl") or "/code/" in name for name in _zip_names(path))


def is_effect(path: Path) -> bool:
    """Say whether a TorchScript file is a Neutone model, which makes something of a sound and nothing alone."""
    return is_program(path) and any(name.endswith("/extra/metadata.json") for name in _zip_names(path))


def _refuse_program(path: Path) -> None:
    """Refuse a TorchScript archive where a state dict is wanted: torch's own word for it speaks of other things."""
    if is_program(path):
        raise ModelError(f"{path} is a TorchScript program, not a state dict.", READS)


def _zip_names(path: Path) -> list[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ModelError(f"{path} is no checkpoint that can be read: a damaged archive.", "Fetch it again.") from error


def _names(path: Path, form: str) -> bytes:
    """Return a stretch of bytes that has the names of the tensors."""
    if form == "zip":
        return _pickle_in_zip(path)
    if form == "safetensors":
        return _header(path)
    return _start(path)


def _pickle_in_zip(path: Path) -> bytes:
    inner = next((name for name in _zip_names(path) if name.endswith("/data.pkl")), None)
    if inner is None:
        raise ModelError(f"{path} is an archive, but not torch's.", READS)
    try:
        with zipfile.ZipFile(path) as archive, archive.open(inner) as file:
            return file.read(_LOOK * 16)
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
        raise ModelError(f"{path} is no checkpoint that can be read: a damaged archive.", "Fetch it again.") from error


def _header(path: Path) -> bytes:
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        head = file.read(min(length, _LOOK * 16))
    try:
        names = list(json.loads(head))
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{path} is no safetensors file.", "Fetch it again.") from error
    return "\n".join(map(str, names)).encode(errors="replace")
