"""Weights: what is not the file of the card, or does not fit the net, never plays."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from liveart.core.card import Card
from liveart.errors import ModelError
from liveart.weights import load_weights, save_weights


def _saved(folder: Path, net: nn.Module, half: bool = False) -> Card:
    digest = save_weights(folder / "w.safetensors", net.state_dict(), half)
    return Card("moss", "gan", "styled", "w.safetensors", digest)


def test_weights_come_back_as_they_were_saved(tmp_path: Path) -> None:
    net, other = nn.BatchNorm1d(3), nn.BatchNorm1d(3)
    nn.init.normal_(net.weight)
    card = _saved(tmp_path, net)
    assert not load_weights(tmp_path, card, other).training
    assert all(torch.equal(a, b) for a, b in zip(net.state_dict().values(), other.state_dict().values(), strict=True))


def test_half_weights_play_as_whole_ones(tmp_path: Path) -> None:
    net, other = nn.Linear(3, 2), nn.Linear(3, 2)
    load_weights(tmp_path, _saved(tmp_path, net, half=True), other)
    assert other.weight.dtype == torch.float32
    assert torch.allclose(net.weight, other.weight, atol=1e-3)


def test_missing_and_changed_files_are_refused(tmp_path: Path) -> None:
    card = _saved(tmp_path, nn.Linear(3, 2))
    path = tmp_path / card.weights
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(ModelError, match="SHA-256"):
        load_weights(tmp_path, card, nn.Linear(3, 2))
    path.unlink()
    with pytest.raises(ModelError, match="missing"):
        load_weights(tmp_path, card, nn.Linear(3, 2))


def test_a_file_that_is_no_safetensors_is_refused_even_with_the_right_hash(tmp_path: Path) -> None:
    import hashlib

    (tmp_path / "w.safetensors").write_bytes(b"not tensors at all")
    card = Card("moss", "gan", "styled", "w.safetensors", hashlib.sha256(b"not tensors at all").hexdigest())
    with pytest.raises(ModelError, match="can't be read"):
        load_weights(tmp_path, card, nn.Linear(3, 2))


def test_weights_of_another_net_are_refused_by_name_and_shape(tmp_path: Path) -> None:
    card = _saved(tmp_path, nn.Linear(3, 2))
    with pytest.raises(ModelError, match="doesn't fit"):
        load_weights(tmp_path, card, nn.Linear(3, 2, bias=False))
    with pytest.raises(ModelError, match=r"weight is \[2, 3\]"):
        load_weights(tmp_path, card, nn.Linear(4, 2))


def test_nan_in_weights_is_refused(tmp_path: Path) -> None:
    net = nn.Linear(3, 2)
    nn.init.constant_(net.bias, float("nan"))
    card = _saved(tmp_path, net)
    with pytest.raises(ModelError, match="not finite"):
        load_weights(tmp_path, card, net)
