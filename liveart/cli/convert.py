"""`liveart convert IN -o DIR`: a foreign checkpoint becomes a safe model folder."""

from __future__ import annotations

import argparse
import os
import shlex
from pathlib import Path
from typing import Any

EXAMPLE = """example:
  liveart convert netG_epoch_24.pth -o models/faces
  liveart play models/faces

Converted are DCGAN generators saved as a state dict in the form of PyTorch's tutorial (main.0.weight, …), also from
within a larger checkpoint. Nothing in the file is run. The weights keep the licence that their author gave them."""


def add(subparsers: Any) -> None:
    """Declare the command."""
    about = "make a model folder of a foreign checkpoint"
    parser = subparsers.add_parser("convert", help=about, description=f"{about}.", epilog=EXAMPLE,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", metavar="IN", help="a .pth, .pt, .tar or .safetensors file")
    parser.add_argument("-o", "--out", required=True, metavar="DIR", help="the model folder to write")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Convert; return the exit code. Raises ModelError for what can't be converted."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read when torch is imported
    from liveart.training.convert import convert

    card = convert(Path(args.source), Path(args.out))
    print(f"{args.out}: {card.description}.")
    print(f"Look at {Path(args.out) / 'preview.png'}, write the licence into card.toml, "
          f"then: liveart play {shlex.quote(args.out)}")
    return 0
