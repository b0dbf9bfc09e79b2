"""The options of `liveart train sound`, without torch, so that --help is quick."""

from __future__ import annotations

import argparse
import math

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
    parser.add_argument("-o", "--out", required=True, metavar="DIR", help="where checkpoints, samples and model go")
    parser.add_argument("--computed", type=float, default=0.3, metavar="SHARE",
                        help="share of computed chords, bells and winds among the sounds, 0..1 (default 0.3)")
    parser.add_argument("--held-out", type=float, default=0.1, metavar="SHARE",
                        help="share of the files that is not learnt but judged by, 0..0.5 (default 0.1)")
    parser.add_argument("--latent", type=int, default=16, metavar="N", help="numbers in a latent (default 16)")
    parser.add_argument("--width", type=int, default=192, metavar="N",
                        help="channels of the nets: more is finer and slower (default 192)")
    parser.add_argument("--batch", type=int, default=8, metavar="N", help="sounds of 0.7 s a step (default 8)")
    parser.add_argument("--iterations", type=int, default=20_000, metavar="N",
                        help="steps in all, those before --resume included (default 20000)")
    parser.add_argument("--rate", type=float, default=0.002, metavar="X", help="learning rate (default 0.002)")
    parser.add_argument("--cooling", type=int, default=2500, metavar="N",
                        help="iterations in which the learning rate halves (default 2500)")
    parser.add_argument("--divergence", type=float, default=0.002, metavar="X",
                        help="weight of the KL divergence: more is smoother and less exact (default 0.002)")
    parser.add_argument("--minutes", type=float, default=math.inf, metavar="M", help="stop after so many minutes")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in DIR, exactly")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of weights, data order and noise (default 0)")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="CPU threads (default 1)")
    parser.add_argument("--samples-every", type=int, default=500, metavar="N", help="iterations between samples")
    parser.add_argument("--checkpoint-minutes", type=float, default=2.0, metavar="M", help="between checkpoints")
    parser.add_argument("--title", default="", help="of the model, for its card")
