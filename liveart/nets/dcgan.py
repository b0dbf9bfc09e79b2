"""The essay's reference: DCGAN by Radford and others (2015, arXiv 1511.06434), generator and discriminator.

Tensors are named as in the widely used `nn.Sequential` form (`main.0.weight`, …), so foreign state dicts fit.
"""

from __future__ import annotations

import itertools

from torch import Tensor, nn


def _draw(part: nn.Module) -> None:
    """Give a layer the paper's first weights: normal with deviation 0.02."""
    if isinstance(part, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(part.weight, 0.0, 0.02)
    elif isinstance(part, nn.BatchNorm2d):
        nn.init.normal_(part.weight, 1.0, 0.02)


def _check(size: int) -> None:
    if size not in (28, 32, 64, 128):
        raise ValueError(f"size is {size}, but DCGAN is built for 28, 32, 64 or 128")


class DcganGenerator(nn.Module):
    """A picture `[B, channels, size, size]` in -1..1 from a latent `[B, latent]`; size 28, 32, 64 or 128.

    Transposed convolutions with batch norm and ReLU from 4x4 (7x7 for the 28 of handwritten digits) upwards.
    """

    def __init__(self, latent: int = 100, size: int = 64, channels: int = 3, width: int = 64) -> None:
        super().__init__()
        _check(size)
        self.latent, self.size, self.channels, self.levels = latent, size, channels, 1
        first = 7 if size == 28 else 4
        doublings = {28: 2, 32: 3, 64: 4, 128: 5}[size]
        widths = [width << i for i in reversed(range(doublings))]  # 512, 256, 128, 64 for 64x64
        layers: list[nn.Module] = [nn.ConvTranspose2d(latent, widths[0], first, 1, 0, bias=False)]
        for a, b in itertools.pairwise(widths):
            layers += [
                nn.BatchNorm2d(a),
                nn.ReLU(inplace=True),
                nn.ConvTranspose2d(a, b, 4, 2, 1, bias=False),
            ]
        layers += [nn.BatchNorm2d(widths[-1]), nn.ReLU(inplace=True)]
        layers += [nn.ConvTranspose2d(widths[-1], channels, 4, 2, 1, bias=False), nn.Tanh()]
        self.main = nn.Sequential(*layers)
        self.apply(_draw)

    def forward(self, z: Tensor, psi: float = 1.0, level: int = 0, noise: float = 1.0) -> Tensor:
        """Return the picture of `z`; `psi` scales it. There is one level and no grain: both are ignored."""
        picture: Tensor = self.main((z * psi)[:, :, None, None])
        return picture


class DcganDiscriminator(nn.Module):
    """A score `[B]` of how real a picture looks: strided convolutions with batch norm and leaky ReLU."""

    def __init__(self, size: int = 64, channels: int = 3, width: int = 64) -> None:
        super().__init__()
        _check(size)
        doublings = {28: 2, 32: 3, 64: 4, 128: 5}[size]
        widths = [width << i for i in range(doublings)]
        layers: list[nn.Module] = [nn.Conv2d(channels, widths[0], 4, 2, 1, bias=False)]
        layers += [nn.LeakyReLU(0.2, inplace=True)]
        for a, b in itertools.pairwise(widths):
            layers += [nn.Conv2d(a, b, 4, 2, 1, bias=False), nn.BatchNorm2d(b)]
            layers += [nn.LeakyReLU(0.2, inplace=True)]
        layers += [nn.Conv2d(widths[-1], 1, 7 if size == 28 else 4, 1, 0, bias=False)]
        self.main = nn.Sequential(*layers)
        self.apply(_draw)

    def forward(self, x: Tensor) -> Tensor:
        score: Tensor = self.main(x)
        return score.float().flatten()
