"""Foreign DCGAN files are played by the `gan` generator as they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from liveart.core.contract import Moment, Stage
from liveart.errors import ModelError
from liveart.generators.gan import Gan
from liveart.generators.vae import Vae
from liveart.nets.dcgan import DcganGenerator


def write_state_dict(file: Path) -> DcganGenerator:
    """Write the state dict of a tiny DCGAN of 32 pixels; return its net."""
    torch.manual_seed(0)
    net = DcganGenerator(latent=12, size=32, width=4).eval()
    torch.save(net.state_dict(), file)
    return net


def test_a_dcgan_file_is_played_as_its_net_draws_it(tmp_path: Path) -> None:
    net = write_state_dict(tmp_path / "digits.pth")
    gan = Gan("digits.pth", precision="float32")
    gan.open(Stage(folder=str(tmp_path)))
    assert (gan.latent, gan.travels, gan.note()) == (12, "z", "digits")
    z = np.random.RandomState(0).standard_normal(12).astype(np.float32)
    values = {param.name: param.start for param in gan.params} | {"truncation": 1.0}
    picture = gan.make(Moment(0.0, 0.0, 1 / 60, 0), z, values)
    with torch.no_grad():
        wanted = (net(torch.from_numpy(z)[None]) * 127.5 + 128.0).clamp(0, 255)
    assert (picture.float() - wanted).abs().max() <= 1.0
    gan.close()


def test_a_model_of_another_kind_is_refused_with_the_generator_that_plays_it(tmp_path: Path) -> None:
    write_state_dict(tmp_path / "digits.pth")
    vae = Vae("digits.pth")
    with pytest.raises(ModelError, match="is a gan, not a vae") as caught:
        vae.open(Stage(folder=str(tmp_path)))
    assert 'generator = "gan"' in caught.value.hint
