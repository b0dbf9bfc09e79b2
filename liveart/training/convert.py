"""A checkpoint becomes a model folder: safe weights, a card, and a preview that shows that it plays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from torch import Tensor

from liveart.checkpoints.folder import STYLEGANS, Words, refuse_taken, write_folder
from liveart.checkpoints.model import Model, open_model
from liveart.core.card import Card
from liveart.errors import ModelError
from liveart.nets.registry import PICTURE_NETS, build
from liveart.nets.style_net import Scene, StyleNet
from liveart.training.sheet import save_sheet, sheet
from liveart.weights import fill

PREVIEW_SEED, PREVIEW_WIDTH, TRUNCATION = 7, 512, 0.8
_TITLES = {"stylegan2": "StyleGAN2", "stylegan3": "StyleGAN3", "dcgan": "DCGAN"}

Say = Callable[[str], None]


def convert(source: Path, out: Path, half: bool = False, say: Say = lambda _: None) -> Card:
    """Write the generator in `source` as the model folder `out`; return its card. `say` hears how far it is.

    Raises ModelError when `out` is a model already, and for whatever can't be played, naming what was found.
    """
    refuse_taken(out)
    say(f"reading {source.name}")
    model = open_model(source)
    if model.file.is_dir():
        raise ModelError(f"{source} is a model folder of liveart already.", f"liveart play {source}")
    tiles = _tiles(model, say)
    size = int(model.net["size"])
    name = _TITLES.get(model.arch, model.arch)
    words = Words(description=f"{name} of {size}x{size} pixels, converted from {source.name}",
                  training={"command": f"liveart convert {source.name} -o {out.resolve().name}"})
    say("writing the folder")
    card = write_folder(out, model, words, half)
    try:
        save_sheet(out / "preview.png", sheet(tiles, columns=max(1, PREVIEW_WIDTH // tiles.shape[3])))
    except OSError as error:
        raise ModelError(f"{out} can't be written: {error.strerror}.", "Choose another folder with -o.") from error
    return card


@torch.no_grad()
def _tiles(model: Model, say: Say) -> Tensor:
    """Return pictures for the preview. Raises ModelError when the net makes none worth the name."""
    size = int(model.net["size"])
    side = min(max(size, 64), 128 if size <= 256 else 256)
    count = PREVIEW_WIDTH // side * (2 if size <= 256 else 1)  # a large net takes seconds for each
    tiles = []
    for index, picture in enumerate(_pictures(model, count), 1):
        if not bool(torch.isfinite(picture).all()):
            raise ModelError(f"{model.file} makes pictures that are not finite.",
                             "Its training went astray: take another.")
        say(f"drawing picture {index} of {count}")
        tiles.append(torch.nn.functional.adaptive_avg_pool2d(picture.float(), side))
    return torch.cat(tiles)


def _pictures(model: Model, count: int) -> Iterator[Tensor]:
    """Yield `count` pictures, one at a time, always of the same latents."""
    latents = torch.randn(count, int(model.net["latent"]), generator=torch.Generator().manual_seed(PREVIEW_SEED))
    if model.arch in STYLEGANS:
        yield from _of_styles(model, latents)
    elif model.arch in PICTURE_NETS:
        net = build(model.arch, dict(model.net))
        fill(net, model.tensors, str(model.file))
        yield from (net.eval()(z[None]) for z in latents)
    else:
        raise ModelError(f"{model.file} is a {model.kind}, which makes no pictures.", "Its folder is safe as it is.")


def _of_styles(model: Model, latents: Tensor) -> Iterator[Tensor]:
    from liveart.nets.style_nets import live_net

    net = live_net(model.arch, model.net, model.tensors)
    for index, z in enumerate(latents):
        labels = torch.nn.functional.one_hot(torch.tensor([index % net.classes]), net.classes).float() \
            if net.classes else None
        w = net.w_mean + TRUNCATION * (net.mapping(z[None], labels) - net.w_mean)
        yield _drawn(net, w[:, None].expand(-1, net.rows, -1))


def _drawn(net: StyleNet, rows: Tensor) -> Tensor:
    """Return the picture of rows of styles, as the file has it."""
    scene = Scene()
    features: Tensor | None = None
    picture: Tensor | None = None
    for step in net.steps[: net.last(0)]:
        features, picture = step(features, picture, rows[:, list(step.rows)], step.given(scene))
    assert picture is not None, "the last step makes a picture"
    return picture
