"""The options of `liveart train wavetable`, without torch, so that --help is quick."""

from __future__ import annotations

import argparse
import math

EXAMPLE = """example:
  liveart train wavetable my-sounds/ -o my-cycles
  liveart train wavetable computed -o my-cycles      needs no recordings
  liveart train wavetable my-sounds/ -o my-cycles --resume --iterations 40000

Look at my-cycles/latest.png, listen to my-cycles/samples/*.wav. Ctrl-C stops with a checkpoint.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the training can be told."""
    parser.epilog = EXAMPLE
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("data", metavar="DATA", help='folder of sounds (searched deeply), or "computed"')
    parser.add_argument("-o", "--out", required=True, metavar="DIR", help="where checkpoints, samples and model go")
    parser.add_argument("--computed", type=float, default=0.5, metavar="SHARE",
                        help="share of computed waveforms among the cycles, 0..1 (default 0.5)")
    parser.add_argument("--latent", type=int, default=8, metavar="N", help="numbers in a latent (default 8)")
    parser.add_argument("--batch", type=int, default=128, metavar="N", help="cycles a step (default 128)")
    parser.add_argument("--iterations", type=int, default=20_000, metavar="N",
                        help="steps in all, those before --resume included (default 20000)")
    parser.add_argument("--rate", type=float, default=0.002, metavar="X", help="learning rate (default 0.002)")
    parser.add_argument("--divergence", type=float, default=0.05, metavar="X",
                        help="weight of the KL divergence: more is smoother and less exact (default 0.05)")
    parser.add_argument("--minutes", type=float, default=math.inf, metavar="M", help="stop after so many minutes")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in DIR, exactly")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of weights, data order and noise (default 0)")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="CPU threads (default 1: the net is small)")
    parser.add_argument("--samples-every", type=int, default=2000, metavar="N", help="iterations between samples")
    parser.add_argument("--checkpoint-minutes", type=float, default=1.0, metavar="M", help="between checkpoints")
    parser.add_argument("--title", default="", help="of the model, for its card")
