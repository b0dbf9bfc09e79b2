"""The options that all trainings of small nets share, without torch, so that --help is quick."""

from __future__ import annotations

import argparse
import math


def add_run_options(parser: argparse.ArgumentParser, threads: str, samples_every: int,
                    checkpoint_minutes: float) -> None:
    """Declare how a run goes, stops and resumes; `threads` is why one is enough."""
    parser.add_argument("-o", "--out", required=True, metavar="DIR", help="where checkpoints, samples and model go")
    parser.add_argument("--iterations", type=int, default=20_000, metavar="N",
                        help="steps in all, those before --resume included (default 20000)")
    parser.add_argument("--rate", type=float, default=0.002, metavar="X", help="learning rate (default 0.002)")
    parser.add_argument("--minutes", type=float, default=math.inf, metavar="M", help="stop after so many minutes")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in DIR, exactly")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of weights, data order and noise (default 0)")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument("--threads", type=int, default=1, metavar="N", help=f"CPU threads (default 1{threads})")
    parser.add_argument("--samples-every", type=int, default=samples_every, metavar="N",
                        help=f"iterations between samples (default {samples_every})")
    parser.add_argument("--checkpoint-minutes", type=float, default=checkpoint_minutes, metavar="M",
                        help=f"between checkpoints (default {checkpoint_minutes:g})")
    parser.add_argument("--title", default="", help="of the model, for its card")
