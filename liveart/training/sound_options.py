"""The options of `liveart train sound`, without torch, so that --help is quick."""

from __future__ import annotations

import argparse

from .small_options import add_run_options

EXAMPLE = """example:
  liveart train sound my-sounds/ -o my-voice
  liveart train sound computed -o my-voice           needs no recordings
  liveart train sound my-sounds/ -o my-voice --resume --minutes 60

Look at my-voice/latest.png, listen to my-voice/samples/*.wav. Ctrl-C stops with a checkpoint.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the training can be told."""
    parser.epilog = EXAMPLE
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("data", metavar="DATA", help='folder of sounds (searched deeply), or "computed"')
    parser.add_argument("--computed", type=float, default=0.3, metavar="SHARE",
                        help="share of computed chords, bells and winds among the sounds, 0..1 (default 0.3)")
    parser.add_argument("--held-out", type=float, default=0.1, metavar="SHARE",
                        help="share of the files that is not learnt but judged by, 0..0.5 (default 0.1)")
    parser.add_argument("--latent", type=int, default=16, metavar="N", help="numbers in a latent (default 16)")
    parser.add_argument("--width", type=int, default=192, metavar="N",
                        help="channels of the nets: more is finer and slower (default 192)")
    parser.add_argument("--batch", type=int, default=8, metavar="N", help="sounds of 0.7 s a step (default 8)")
    parser.add_argument("--cooling", type=int, default=2500, metavar="N",
                        help="iterations in which the learning rate halves (default 2500)")
    parser.add_argument("--divergence", type=float, default=0.002, metavar="X",
                        help="weight of the KL divergence: more is smoother and less exact (default 0.002)")
    add_run_options(parser, "", samples_every=500, checkpoint_minutes=2.0)
