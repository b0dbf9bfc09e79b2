"""Adaptive augmentation: how often pictures are changed, and that the changes are sane and can be learnt through."""

from __future__ import annotations

import torch
from tiny_training import tiny_recipe

from liveart.training.ada import MOST, Ada, colours, places, recoloured, warped
from liveart.training.fabric import open_hardware


def _ada(**values: object) -> Ada:
    return Ada(tiny_recipe("stylegan2", **values), open_hardware("cpu"))


def test_pictures_are_changed_more_often_when_the_judge_knows_the_real_ones() -> None:
    ada = _ada(ada_images=100.0)
    for _ in range(20):
        ada.note(torch.full((4,), 3.0))
    known = float(ada.p)
    assert 0.3 < known <= MOST
    for _ in range(20):
        ada.note(torch.tensor([1.0, -1.0, 1.0, -1.0]))
    assert float(ada.p) < known
    for _ in range(200):
        ada.note(torch.full((4,), 3.0))
    assert float(ada.p) == torch.tensor(MOST)


def test_at_probability_zero_nothing_is_changed() -> None:
    x = torch.rand(3, 3, 16, 16) * 2 - 1
    assert torch.allclose(_ada()(x), x, atol=1e-4)


def test_mirrors_and_quarter_turns_move_whole_pixels() -> None:
    torch.manual_seed(0)
    x, found = torch.rand(1, 1, 8, 8), set()
    for _ in range(60):
        matrices = places(1, 8, 8, torch.tensor(0.05), torch.device("cpu"))
        y = _warped_by(x, matrices)
        found |= {turns for turns in range(8) if torch.allclose(y, _eighth(x, turns), atol=1e-4)}
    assert 0 in found
    assert len(found) > 1


def _warped_by(x: torch.Tensor, matrices: torch.Tensor) -> torch.Tensor:
    """Return `x` seen through matrices, as `warped` does it."""
    grid = torch.nn.functional.affine_grid(matrices[:, :2], list(x.shape), align_corners=False)
    return torch.nn.functional.grid_sample(x, grid, padding_mode="reflection", align_corners=False)


def _eighth(x: torch.Tensor, number: int) -> torch.Tensor:
    turned = torch.rot90(x, number % 4, (2, 3))
    return turned.flip(3) if number > 3 else turned


def test_changed_pictures_keep_a_sane_range_and_stay_different() -> None:
    torch.manual_seed(0)
    x = torch.rand(64, 3, 16, 16) * 2 - 1
    y = recoloured(warped(x, torch.tensor(MOST)), torch.tensor(MOST))
    assert bool(y.isfinite().all())
    assert abs(float(y.mean())) < 0.3
    assert 0.2 < float(y.std()) < 2.5


def test_slopes_pass_through_the_changes() -> None:
    torch.manual_seed(0)
    x = torch.rand(4, 3, 16, 16, requires_grad=True)
    ada = _ada()
    ada.p.fill_(0.7)
    ada(x).square().sum().backward()
    assert x.grad is not None
    assert bool(x.grad.isfinite().all())
    assert bool(x.grad.any())


def test_hue_turns_leave_grey_as_it_is_and_lightness_keeps_its_order_of_size() -> None:
    torch.manual_seed(0)
    matrix, offset = colours(500, torch.tensor(1.0), torch.device("cpu"))
    grey = matrix @ torch.ones(3)
    assert torch.allclose(grey, grey[:, :1].expand(-1, 3), atol=1e-5)
    assert torch.allclose(offset, offset[:, :1].expand(-1, 3))
    assert 0.8 < float(grey[:, 0].abs().median()) < 1.25
    assert 0.3 < float((grey[:, 0] < 0).float().mean()) < 0.7  # upside down in half of them


def test_grey_pictures_stay_grey_pictures() -> None:
    assert recoloured(torch.rand(5, 1, 8, 8), torch.tensor(1.0)).shape == (5, 1, 8, 8)
