"""The live form of the styled synthesis draws what the plain one draws."""

from __future__ import annotations

import pytest
import torch

from liveart.nets.registry import build
from liveart.nets.styled_live import for_stage

NET = {"latent": 8, "widths": [16, 16, 12, 8], "style": 16}


def _pair(arch: str, dtype: torch.dtype) -> tuple[torch.nn.Module, torch.nn.Module]:
    nets = []
    for _ in range(2):
        torch.manual_seed(4)
        net = build(arch, NET).eval()
        for name, tensor in net.named_parameters():
            if name.endswith("strength"):
                tensor.data.fill_(0.2)
        nets.append(net)
    return nets[0], for_stage(nets[1], dtype)


@pytest.mark.parametrize("arch", ["styled", "vae"])
@pytest.mark.parametrize("wish", [{}, {"psi": 0.5}, {"level": 1}, {"noise": 0.0}, {"noise": 2.0, "psi": -1.0}])
def test_in_float32_it_is_the_same_picture(arch: str, wish: dict[str, float]) -> None:
    plain, live = _pair(arch, torch.float32)
    z = torch.randn(1, 8, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        wanted, got = plain(z, **wish), live(z, **wish)
    assert got.shape == wanted.shape
    assert (wanted - got).abs().mean() < 1e-5


def test_in_bfloat16_it_differs_by_less_than_a_step_of_grey_on_average() -> None:
    plain, live = _pair("styled", torch.bfloat16)
    z = torch.randn(1, 8, generator=torch.Generator().manual_seed(2))
    with torch.inference_mode():
        difference = (plain(z) - live(z)).abs().mean()
    assert difference < 2e-2


def test_a_net_without_styled_synthesis_comes_back_as_it_is() -> None:
    net = torch.nn.Linear(2, 2)
    assert for_stage(net, torch.bfloat16) is net
