"""`liveart convert IN -o DIR`: a foreign checkpoint becomes a safe model folder; a sound model becomes an nn~ file."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from pathlib import Path
from typing import Any

from liveart.core.card import find_model

EXAMPLE = """example:
  liveart convert network-snapshot-005000.pkl -o models/faces
  liveart convert netG_epoch_24.pth -o models/digits
  liveart play models/faces
  liveart convert undertow -o undertow.ts

Converted are StyleGAN2 and StyleGAN3 (.pkl), StyleGAN2 as a state dict (.pt), and DCGAN as a state dict in the form
of PyTorch's tutorial (main.0.weight, …). Nothing in the file is run. The weights keep the licence that their author
gave them. A model of `liveart train sound` becomes a .ts file for nn~ in Max and Pure Data."""


def add(subparsers: Any) -> None:
    """Declare the command."""
    about = "make a model folder of a foreign checkpoint, or an nn~ file of a sound model"
    parser = subparsers.add_parser("convert", help=about, description=f"{about}.", epilog=EXAMPLE,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", metavar="IN", help="a .pkl, .pt, .pth, .tar or .safetensors file; or a sound model")
    parser.add_argument("-o", "--out", required=True, metavar="DIR", help="the model folder, or the .ts file, to write")
    parser.add_argument("--half", action="store_true",
                        help="keep the weights in half precision: half the size, hardly any difference")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Convert; return the exit code. Raises ModelError for what can't be converted."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read when torch is imported
    if args.out.endswith(".ts"):
        return _export(args.source, Path(args.out))
    from liveart.training.convert import convert

    card = convert(Path(args.source), Path(args.out), args.half, _say)
    print(f"{args.out}: {card.description}.")
    print(f"Licence of the weights: {card.licence['weights']}.")
    print(f"Look at {Path(args.out) / 'preview.png'}, write the licence into card.toml, "
          f"then: liveart play {shlex.quote(args.out)}")
    return 0


def _export(source: str, out: Path) -> int:
    """Write the nn~ file of a sound model: a folder or a shipped name."""
    from liveart.neural.nn_export import export_nn

    export_nn(find_model(source), out)
    print(f"{out}: for nn~ in Max and Pure Data, and for liveart play {shlex.quote(str(out))}.")
    return 0


def _say(words: str) -> None:
    """Show how far it is, where somebody watches."""
    if sys.stderr.isatty():
        print(f"{words} …", file=sys.stderr)
