"""Draws what every bend does to a model's pictures: a row for each kind, done at coarse, middle and fine layers.

    python docs/bends.py MODEL docs/bending.webp --seed 3
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw

from liveart.checkpoints.model import open_model
from liveart.core.latent import seed_point, slerp
from liveart.nets.bend_kinds import KINDS
from liveart.nets.bends import Bends
from liveart.nets.drawing import Drawing
from liveart.nets.style_net import Scene, StyleNet
from liveart.nets.style_nets import live_net

COLUMNS = ("coarse", "middle", "fine")
AT = {"rotate": (0.125, 0.0), "flip": (1.0, 0.0), "invert": (1.0, 0.0), "multiply": (0.6, 0.0), "ablate": (1.0, 0.0),
      "solo": (1.0, 0.0), "dilate": (0.8, 0.0), "erode": (0.8, 0.0), "sharpen": (0.8, 0.0), "threshold": (0.8, 0.0),
      "echo": (0.9, 0.6)}  # amount and across that show a kind well; the others at 0.25
CHANNELS = {"ablate": "group 1", "solo": "group 1"}
LEGEND, FRAMES = 88, 16  # pixels; frames of the journey that an echo needs


def main() -> None:
    """Draw the sheet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="a name, a folder or a file of a StyleGAN")
    parser.add_argument("out", type=Path, help="a .png or a .webp")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--side", type=int, default=128, help="of a picture in the sheet, in pixels")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--amount", type=float, help="of all bends, in place of one chosen for each")
    args = parser.parse_args()
    model = open_model(args.model)
    net = live_net(model.arch, model.net, model.tensors)
    rows = [(kind, [pixels(net, args.seed, kind, place, args.amount) for place in COLUMNS]) for kind in args.kinds]
    sheet(rows, pixels(net, args.seed, "off", "coarse", 0.0), args.side).save(args.out, quality=85)


def pixels(net: StyleNet, seed: int, kind: str, place: str, amount: float | None) -> np.ndarray:
    """Return uint8 [height, width, 3] of a seed, bent."""
    bends, drawing = Bends(net, 1), Drawing(net)
    words = {"kind": kind, "layer": place, "channels": CHANNELS.get(kind, "all")}
    values = {f"bend1_{word}": next(p for p in bends.params if p.name == f"bend1_{word}").read(value).number
              for word, value in words.items()}
    usual, values["bend1_across"] = AT.get(kind, (0.25, 0.0))
    values["bend1"] = usual if amount is None else amount
    for share in np.linspace(0.5, 0.0, FRAMES) if kind == "echo" else (0.0,):
        z = slerp(seed_point(seed, net.latent), seed_point(seed + 1, net.latent), float(share))
        picture = drawing.draw(styles(net, z), Scene(bends=bends.of(values)))
    shown: np.ndarray = (picture[0].permute(1, 2, 0) * 127.5 + 128).clamp(0, 255).byte().numpy()
    return shown


def styles(net: StyleNet, z: np.ndarray) -> torch.Tensor:
    """Return the rows of styles [1, rows, style] of a point, a little nearer to the mean than chance has it."""
    with torch.inference_mode():
        w = torch.lerp(net.w_mean, net.mapping(torch.from_numpy(z.copy())[None]), 0.8)
        return w[:, None].expand(-1, net.rows, -1)


def sheet(rows: list[tuple[str, list[np.ndarray]]], unbent: np.ndarray, side: int) -> Image.Image:
    """Return the sheet: the picture as it was, then a row of bent ones for each kind, two rows side by side."""
    half = (len(rows) + 1) // 2
    width = LEGEND + len(COLUMNS) * side
    image = Image.new("RGB", (2 * width, (half + 1) * side), (12, 12, 14))
    draw = ImageDraw.Draw(image)
    put(image, unbent, (LEGEND, 0), side)
    draw.text((6, side // 2), "not bent", fill=(230, 230, 230))
    for part in range(2 if len(rows) > 1 else 1):
        for column, word in enumerate(COLUMNS):
            draw.text((part * width + LEGEND + column * side + 4, side - 14), word, fill=(230, 230, 230))
    for index, (kind, pictures) in enumerate(rows):
        left, top = index // half * width, (index % half + 1) * side
        draw.text((left + 6, top + side // 2), kind.replace(" ", "\n"), fill=(230, 230, 230))
        for column, picture in enumerate(pictures):
            put(image, picture, (left + LEGEND + column * side, top), side)
    return image


def put(image: Image.Image, picture: np.ndarray, corner: tuple[int, int], side: int) -> None:
    """Paste a picture, scaled to a square."""
    image.paste(Image.fromarray(picture).resize((side, side), Image.Resampling.BICUBIC), corner)


if __name__ == "__main__":
    main()
