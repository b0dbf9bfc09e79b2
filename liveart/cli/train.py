"""`liveart train gan|vae|wavetable|sound DATA -o DIR`: from a folder of pictures or sounds to a model that plays."""

from __future__ import annotations

import argparse
import math
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from liveart.core.heap import keep_freed_memory
from liveart.errors import TrainingError, UsageError

if TYPE_CHECKING:
    from liveart.training.recipe import Recipe

EXAMPLE = """example:
  liveart train gan holiday-pictures/ -o my-model --size 128 --crops multi
  liveart train gan holiday-pictures/ -o my-model --resume
  liveart play my-model            plays it, also while it trains

Watch my-model/latest.png and my-model/samples/. Ctrl-C stops with a checkpoint.
"""
_DEFAULT_RECIPES = {
    ("gan", "styled"): "gan", ("gan", "stylegan2"): "stylegan2", ("gan", "dcgan"): "dcgan", ("vae", "vae"): "vae",
}  # fmt: skip


def add(subparsers: Any) -> None:
    """Add the command `train` with its own commands gan, vae, wavetable and sound."""
    about = "train a model on pictures or sounds"
    parser = subparsers.add_parser(
        "train",
        help=about,
        description=about,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = "gan|vae|wavetable|sound"
    kinds = parser.add_subparsers(dest="kind", required=True, metavar=names, parser_class=_KindParser)
    for kind, words in (
        ("gan", "pictures from a generator and its judge"),
        ("vae", "pictures that can be re-made"),
    ):
        _add_picture_options(kinds, kind, words)
    _add_sound_kind(kinds, "wavetable", "a sound: single-cycle waveforms for the drone")
    _add_sound_kind(kinds, "sound", "sounds of any kind, as a stream: a latent space to play and to travel")


def _add_picture_options(kinds: Any, kind: str, words: str) -> None:
    one = kinds.add_parser(
        kind,
        help=words,
        description=words,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    one.add_argument("data", metavar="DATA", help="folder of pictures (searched deeply), or an .npz with one array")
    one.add_argument("-o", "--out", required=True, metavar="DIR", help="where checkpoints, samples and the model go")
    one.add_argument("--recipe", metavar="NAME|FILE", help="all numbers from a recipe, such as paint or mine.toml")
    archs = [arch for k, arch in _DEFAULT_RECIPES if k == kind]
    one.add_argument("--arch", choices=archs, help=f"the net (default {archs[0]})")
    one.add_argument("--size", type=int, metavar="N", help="pixels a side: 32, 64, 128, 256, … (dcgan also 28)")
    one.add_argument("--batch", type=int, metavar="N", help="pictures a step, on each device")
    one.add_argument("--iterations", type=int, metavar="N", help="steps in all, those before --resume included")
    one.add_argument("--rate", type=float, metavar="X", help="learning rate of all nets")
    one.add_argument("--crops", choices=("multi", "resize"), help="crops at many scales, or whole pictures")
    one.add_argument("--flips", choices=("none", "h", "hv", "all"), help="mirrored and turned copies")
    one.add_argument("--prefer", choices=("any", "bright", "vivid"), help="take the better of two crops")
    one.add_argument("--minutes", type=float, default=math.inf, metavar="M", help="stop after so many minutes")
    one.add_argument("--resume", action="store_true", help="go on from the checkpoint in DIR, exactly")
    about_from = "begin with the nets of another run (stylegan2: also of half the size)"
    one.add_argument("--from", dest="begin_from", metavar="DIR", help=about_from)
    one.add_argument("--seed", type=int, default=0, metavar="N", help="of weights, data order and noise (default 0)")
    one.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    one.add_argument("--devices", type=int, default=1, metavar="N", help="how many GPUs share the work (default 1)")
    one.add_argument("--threads", type=int, metavar="N", help="CPU threads (default: all but one)")
    one.add_argument("--precision", choices=("32", "bf16", "16"), help="default: bf16 where it is fast, else 32")
    one.add_argument("--samples-every", type=int, default=250, metavar="N", help="iterations between sample sheets")
    one.add_argument("--checkpoint-minutes", type=float, default=3.0, metavar="M", help="between checkpoints")
    one.add_argument("--title", default="", help="of the model, for its card")
    one.set_defaults(run=run)


class _KindParser(argparse.ArgumentParser):
    """A parser of one kind of training; those of sounds are filled when used, as their options load torch."""

    is_filled = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        if self.prog.endswith((" wavetable", " sound")) and not self.is_filled:
            _training_of(self.prog.rpartition(" ")[2]).add_arguments(self)
            self.is_filled = True
        return super().parse_known_args(args, namespace)


def _training_of(kind: str) -> Any:
    """Return the module that trains on sounds: it has `add_arguments` and `train`."""
    if kind == "sound":
        from liveart.training import sound

        return sound
    from liveart.training import wavetable

    return wavetable


def _add_sound_kind(kinds: Any, kind: str, about: str) -> None:
    one = kinds.add_parser(kind, help=about, description=about)
    one.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Train as asked; returns 0. Raises LiveartError, which the command line answers in one line."""
    # Spinning threads cost far more than they save beside another busy process; read when torch is imported.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    if args.kind in ("wavetable", "sound"):
        return int(_training_of(args.kind).train(args) or 0)
    return _train_pictures(args)


def _train_pictures(args: argparse.Namespace) -> int:
    import torch

    from liveart.training.export import Label
    from liveart.training.fabric import open_hardware
    from liveart.training.loop import STATE, Run, train
    from liveart.training.pictures import read_pictures

    torch.set_num_threads(args.threads or max(1, (os.cpu_count() or 2) - 1))
    keep_freed_memory()
    out, data = Path(args.out), Path(args.data)
    recipe = _recipe(args, out / STATE)
    hardware = open_hardware(args.device, args.precision or _best_precision(args.device), args.devices)
    pictures = read_pictures(data, recipe)
    if hardware.rank == 0:
        print(f"{len(pictures.images)} pictures from {data}", file=sys.stderr)
        for name, reason in pictures.skipped.items():
            print(f"  skipped {name}: {reason}", file=sys.stderr)
    label = Label(out.resolve().name, args.title, training={"command": _command(args), "data": data.name})
    run = Run(
        out,
        label,
        args.seed,
        args.resume,
        Path(args.begin_from) if args.begin_from else None,
        args.minutes,
        args.samples_every,
        args.checkpoint_minutes,
    )
    progress = train(pictures, recipe, hardware, run)
    if hardware.rank == 0:
        done = f"{progress.iteration} iterations done."
        print(f"{done} Play it: liveart play {shlex.quote(args.out)}", file=sys.stderr)
    return 0


def _recipe(args: argparse.Namespace, state: Path) -> Recipe:
    """Return the recipe asked for; a resumed run keeps its own, but for what the options change."""
    from liveart.training import checkpoint
    from liveart.training.recipe import changed, read_recipe, resized

    if args.resume and not state.is_file():
        raise TrainingError(f"{state} does not exist, so there is nothing to resume.", "Leave out --resume.")
    if not args.resume and state.is_file():
        raise UsageError(f"{args.out} already holds a run.", "Go on with --resume, or choose another folder.")
    if args.resume and not args.recipe:
        recipe = checkpoint.peek(state)[0]
    else:
        arch = args.arch or {"gan": "styled", "vae": "vae"}[args.kind]
        recipe = read_recipe(args.recipe or _DEFAULT_RECIPES[args.kind, arch])
    if recipe.kind != args.kind:
        raise UsageError(f"That recipe is for a {recipe.kind}, not a {args.kind}.", f"liveart train {recipe.kind} …")
    if args.size:
        recipe = resized(recipe, args.size)
    given = {key: getattr(args, key) for key in ("batch", "iterations", "crops", "flips", "prefer", "rate")}
    given["judge_rate"] = args.rate
    return changed(recipe, {key: value for key, value in given.items() if value is not None})


def _best_precision(device: str) -> str:
    import torch

    if device != "cpu" and torch.cuda.is_available():
        return "bf16" if torch.cuda.is_bf16_supported() else "16"
    fast = torch.ops.mkldnn._is_mkldnn_bf16_supported() and torch.backends.cpu.get_cpu_capability() == "AVX512"
    return "bf16" if fast else "32"


def _command(args: argparse.Namespace) -> str:
    """Return the command line for the card, with the data as a plain folder name."""
    words = ["liveart", "train", args.kind, Path(args.data).name + ("/" if Path(args.data).is_dir() else "")]
    words += ["-o", Path(args.out).name]
    for key in (
        "recipe",
        "arch",
        "size",
        "batch",
        "iterations",
        "rate",
        "crops",
        "flips",
        "prefer",
        "precision",
    ):
        if (value := getattr(args, key)) is not None:
            words += [f"--{key}", str(value)]
    if args.seed:
        words += ["--seed", str(args.seed)]
    return shlex.join(words)
