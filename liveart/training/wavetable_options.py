"""The options of `liveart train wavetable`, without torch, so that --help is quick."""

from __future__ import annotations

import argparse

from .small_options import add_run_options

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
    parser.add_argument("--computed", type=float, default=0.5, metavar="SHARE",
                        help="share of computed waveforms among the cycles, 0..1 (default 0.5)")
    parser.add_argument("--latent", type=int, default=8, metavar="N", help="numbers in a latent (default 8)")
    parser.add_argument("--batch", type=int, default=128, metavar="N", help="cycles a step (default 128)")
    parser.add_argument("--divergence", type=float, default=0.05, metavar="X",
                        help="weight of the KL divergence: more is smoother and less exact (default 0.05)")
    parser.set_defaults(cooling=5000)
    add_run_options(parser, ": the net is small", samples_every=2000, checkpoint_minutes=1.0)
