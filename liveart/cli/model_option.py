"""What the commands that look into a model share: the words MODEL and --device, and the model opened."""

from __future__ import annotations

import argparse
import os
import shlex
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from liveart.checkpoints.model import Model


def add_command(subparsers: Any, name: str, about: str, example: str) -> argparse.ArgumentParser:
    """Return the parser of a command whose examples stay as they are written."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        name, help=about, description=f"{about}.", epilog=example, formatter_class=argparse.RawDescriptionHelpFormatter)
    return parser


def add_model(parser: argparse.ArgumentParser, name: str = "model") -> None:
    """Declare a model as it can be named anywhere."""
    parser.add_argument(name, metavar=name.upper(), help="a StyleGAN: model folder, shipped name, or .pkl, .pt file")


def add_device(parser: argparse.ArgumentParser) -> None:
    """Declare where it is computed."""
    parser.add_argument("--device", default="auto", metavar="NAME", help="cpu, cuda, mps; auto takes a GPU if any")


def open_stylegan(word: str) -> Model:
    """Return the StyleGAN that `word` means. Raises ModelError for anything else."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read when torch is imported
    from liveart.checkpoints.model import open_model
    from liveart.finding.pictures import check_kind

    model = open_model(word)
    check_kind(model)
    return model


def device_of(args: argparse.Namespace) -> str:
    """Return the torch device that --device means."""
    from liveart.show.device import choose_device

    return choose_device(args.device)


def quoted(word: object) -> str:
    """Return a word as it is typed into a shell."""
    return shlex.quote(str(word))
