"""StyleGAN pickles: what is read of them is what was written, and each thing that is wrong has its sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from stylegan_container import Net, Persistent, Tensors, dump, easy, generator, stand_ins
from stylegan_files import sg2_tensors, sg3_tensors, write_pkl

from liveart.checkpoints.model import Model, open_model
from liveart.checkpoints.probe import load_cost, measured
from liveart.checkpoints.sniff import kind_of
from liveart.errors import ModelError

SMALL: dict[str, Any] = {"style": 8, "latent": 6}
FORMS = {
    "stylegan2": sg2_tensors(size=16, channel_max=8, **SMALL),
    "stylegan2 conditional": sg2_tensors(size=16, channel_max=8, classes=3, **SMALL),
    "stylegan2 grey, not clamped": sg2_tensors(size=32, channel_max=8, channels=1, clamp=0.0, **SMALL),
    "stylegan2 resnet": sg2_tensors(size=32, channel_max=8, architecture="resnet", **SMALL),
    "stylegan2 orig": sg2_tensors(size=16, channel_max=8, architecture="orig", **SMALL),
    "stylegan3 T": sg3_tensors("T", size=16, width=8, **SMALL),
    "stylegan3 R": sg3_tensors("R", size=16, width=8, **SMALL),
    "stylegan3 conditional": sg3_tensors("T", size=16, width=8, classes=2, **SMALL),
}


def same(model: Model, net: Net, tensors: Tensors) -> None:
    assert dict(model.net) == net
    assert model.tensors.keys() == tensors.keys()
    assert all(torch.equal(model.tensors[name], tensors[name]) for name in tensors)
    assert all(model.tensors[name].is_contiguous() for name in tensors)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("written", [{}, {"protocol": 2}, {"protocol": 3}, {"protocol": 5}, {"keys": ("G_ema",)},
                                     {"numpy_core": "numpy._core", "keys": ("G",)}, {"location": "cpu"}],
                         ids=["as usual", "protocol 2", "protocol 3", "protocol 5", "G_ema", "G, new numpy", "cpu"])
def test_what_is_read_is_what_was_written(tmp_path: Path, form: str, written: dict[str, Any]) -> None:
    net, tensors = FORMS[form]
    file = write_pkl(tmp_path / "moss.pkl", net, tensors, **written)
    model = open_model("moss.pkl", tmp_path)
    same(model, net, tensors)
    assert (model.name, model.kind, model.arch) == ("moss", "stylegan", form.split()[0])
    assert kind_of(file) == "stylegan"
    assert model.file == file
    assert model.beside == tmp_path / "moss.liveart"
    assert not model.beside.exists()


def test_the_averaged_generator_is_taken_before_the_other(tmp_path: Path) -> None:
    net, tensors = sg2_tensors(size=16, channel_max=8, seed=1, **SMALL)
    other_net, other = sg2_tensors(size=16, channel_max=8, seed=2, **SMALL)
    with stand_ins():
        dump(tmp_path / "moss.pkl", {"G": generator(other_net, other), "G_ema": generator(net, tensors)})
    same(open_model(tmp_path / "moss.pkl"), net, tensors)


def test_a_generator_alone_in_a_file_is_read(tmp_path: Path) -> None:
    net, tensors = FORMS["stylegan2"]
    with stand_ins():
        dump(tmp_path / "moss.pkl", generator(net, tensors))
    same(open_model(tmp_path / "moss.pkl"), net, tensors)


def test_the_file_says_what_its_pictures_were_and_the_licence_follows(tmp_path: Path) -> None:
    net, tensors = FORMS["stylegan2"]
    known = write_pkl(tmp_path / "a.pkl", net, tensors, dataset="/data/ffhq-256x256.zip")
    assert "no commercial use" in open_model(known).licence["weights"]
    own = write_pkl(tmp_path / "b.pkl", net, tensors, dataset="C:\\pictures\\moss.zip")
    assert open_model(own).licence == {"weights": "unknown: ask its author", "credit": "",
                                       "data": 'unknown; the file calls it "moss.zip"'}


def test_a_fingerprint_tells_trainings_apart_and_stays_in_half_precision(tmp_path: Path) -> None:
    net, tensors = FORMS["stylegan2"]
    other = sg2_tensors(size=16, channel_max=8, seed=9, **SMALL)
    halves = {name: tensor.half() for name, tensor in tensors.items()}
    prints = [open_model(write_pkl(tmp_path / "a.pkl", net, some)).fingerprint for some in (tensors, halves, other[1])]
    assert prints[0] == prints[1] != prints[2]


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16, torch.float64])
def test_shorter_numbers_stay_and_longer_ones_become_float32(tmp_path: Path, kind: torch.dtype) -> None:
    net, tensors = FORMS["stylegan2"]
    stored = {name: tensor.to(kind) for name, tensor in tensors.items()}
    model = open_model(write_pkl(tmp_path / "moss.pkl", net, stored))
    wanted = torch.float32 if kind == torch.float64 else kind
    assert {tensor.dtype for name, tensor in model.tensors.items()} == {wanted}


def test_tensors_in_another_order_of_memory_are_read_right(tmp_path: Path) -> None:
    net, tensors = FORMS["stylegan2"]
    turned = {name: tensor.contiguous(memory_format=torch.channels_last) if tensor.ndim == 4 else tensor
              for name, tensor in tensors.items()}
    whole = torch.cat([tensors["mapping.w_avg"], torch.zeros(9)])
    turned["mapping.w_avg"] = whole[: len(tensors["mapping.w_avg"])]  # a part of a longer storage
    same(open_model(write_pkl(tmp_path / "moss.pkl", net, turned)), net, tensors)


def test_layers_without_noise_are_read_as_silent_ones(tmp_path: Path) -> None:
    net, tensors = FORMS["stylegan2"]
    loud = {name: tensor for name, tensor in tensors.items() if "noise" not in name}
    with stand_ins():
        made = generator(net, loud)
        for block in made.state["_modules"]["synthesis"].state["_modules"].values():
            for layer in block.state["_modules"].values():
                if layer is not None and "use_noise" in layer.state:
                    layer.state["use_noise"] = False
        dump(tmp_path / "moss.pkl", {"G_ema": made})
    model = open_model(tmp_path / "moss.pkl")
    assert float(model.tensors["synthesis.b16.conv0.noise_strength"]) == 0.0
    assert model.tensors["synthesis.b16.conv0.noise_const"].shape == (16, 16)


def refused(tmp_path: Path, content: Any) -> str:
    """Pickle what `content` returns among stand-ins; return the one sentence that refuses it."""
    file = tmp_path / "moss.pkl"
    with stand_ins():
        dump(file, content())
    return refusal(file)


def refusal(file: Path) -> str:
    with pytest.raises(ModelError) as caught:
        open_model(file)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(("content", "said"), [
    (lambda: {"D": Persistent("Discriminator", {})}, "discriminator"),
    (lambda: {"augment_pipe": Persistent("AugmentPipe", {"_modules": {}})}, "found: augment_pipe"),
    (lambda: {}, "found: nothing"),
    (lambda: {"G_ema": None, "epoch": 3}, "found: G_ema, epoch"),
    (lambda: {"G_ema": Persistent("Encoder", {"_modules": {"trunk": None}})}, "holds a Encoder"),
    (lambda: Persistent("Discriminator", {"_modules": {}}), "holds a Discriminator"),
    (lambda: ["a", "list"], "a list of 2"),
    (lambda: ("G", "D", "Gs"), "a tuple of 3"),
    (lambda: 3.5, "it holds a float"),
    (lambda: easy(G_ema=easy(a=1)), "found: G_ema"),
])
def test_another_kind_of_pickle_is_refused_by_what_is_in_it(tmp_path: Path, content: Any, said: str) -> None:
    assert said in refused(tmp_path, content)


def changed(tensors: Tensors, **changes: Any) -> Tensors:
    """Return the tensors with some replaced, None: taken away. Names have __ for the dots."""
    new = {name.replace("__", "."): tensor for name, tensor in changes.items()}
    return {name: tensor for name, tensor in (tensors | new).items() if tensor is not None}


@pytest.mark.parametrize(("changes", "said"), [
    ({"synthesis__b16__conv0__weight": None}, "lacks synthesis.b16.conv0.weight"),
    ({"synthesis__b16__conv0__weight": torch.zeros(8, 7, 3, 3)},
     "synthesis.b16.conv0.weight is [8, 7, 3, 3], but [4, 8, 3, 3] is expected"),
    ({"synthesis__b8__torgb__affine__bias": torch.zeros(3)}, "synthesis.b8.torgb.affine.bias is [3], but [8]"),
    ({"mapping__w_avg": torch.zeros(9)}, "mapping.w_avg is [9], but [8]"),
    ({"mapping__w_avg": None}, "lacks mapping.w_avg"),
    ({"mapping__fc0__weight": None, "mapping__fc1__weight": None}, "lacks mapping.fc0.weight"),
    ({"mapping__fc1__weight": torch.zeros(8)}, "should have 2 axes"),
    ({"mapping__extra": torch.zeros(3)}, "has mapping.extra, which no net of its kind has"),
    ({"synthesis__b8__conv1__bias": torch.full((8,), torch.nan)}, "synthesis.b8.conv1.bias holds numbers that are not"),
    ({"mapping__fc0__weight": torch.full((8, 6), torch.inf)}, "mapping.fc0.weight holds numbers that are not finite"),
    ({"mapping__w_avg": torch.zeros(8, dtype=torch.int64)}, "mapping.w_avg is of type int64"),
    ({"synthesis__b4__const": torch.zeros(8, 8, 8)}, "synthesis.b4.const is [8, 8, 8]"),
    ({"synthesis__b16__torgb__weight": torch.zeros(4, 4, 1, 1), "synthesis__b16__torgb__bias": torch.zeros(4)},
     "4 channels"),
])
def test_weights_that_do_not_fit_are_named(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    net, tensors = FORMS["stylegan2"]
    assert said in refused(tmp_path, lambda: {"G_ema": generator(net, changed(tensors, **changes))})


def test_a_resolution_that_is_no_power_of_two_is_refused(tmp_path: Path) -> None:
    net, tensors = FORMS["stylegan2"]
    odd = {name.replace(".b16.", ".b48."): tensor for name, tensor in tensors.items()}
    assert "48 pixels" in refused(tmp_path, lambda: {"G_ema": generator(net | {"size": 48}, odd)})
    gap = {name: tensor for name, tensor in tensors.items() if ".b8." not in name}
    assert "lacks the resolution b8" in refused(tmp_path, lambda: {"G_ema": generator(net, gap)})


def test_another_filter_than_that_of_a_stylegan2_is_refused(tmp_path: Path) -> None:
    net, tensors = FORMS["stylegan2"]

    def content() -> dict[str, Any]:
        made = generator(net, tensors)
        block = made.state["_modules"]["synthesis"].state["_modules"]["b8"]
        block.state["_buffers"]["resample_filter"] = torch.ones(4, 4)
        return {"G_ema": made}

    assert "synthesis.b8.resample_filter" in refused(tmp_path, content)


@pytest.mark.parametrize(("word", "key"), [("num_ws", "rows"), ("img_resolution", "size"), ("z_dim", "latent"),
                                           ("c_dim", "classes"), ("w_dim", "style"), ("img_channels", "channels")])
@pytest.mark.parametrize("form", ["stylegan2", "stylegan3 T"])
def test_a_file_that_contradicts_its_tensors_is_refused(tmp_path: Path, form: str, word: str, key: str) -> None:
    net, tensors = FORMS[form]
    assert f"says {word} = 99" in refused(tmp_path, lambda: {"G_ema": generator(net | {key: 99}, tensors)})


@pytest.mark.parametrize(("change", "said"), [
    (lambda net: net["layers"][1].update(up=2), "img_resolution"),
    (lambda net: net["layers"][1].update(up=0), "up factor"),
    (lambda net: net["layers"][1].update(up=2.5), "up factor"),
    (lambda net: net["layers"][1].update(padding=[1, 2, 3]), "not four numbers"),
    (lambda net: net["layers"][1].update(padding=[9, 8, 1, 8]), "pixels"),
    (lambda net: net["layers"][1].update(padding="many"), "no list of padding"),
    (lambda net: net["layers"][1].update(padding=[-4000, 0, 0, 0]), "pixels"),
    (lambda net: net["layers"][0].update(is_rgb=True), "last layer"),
    (lambda net: net["layers"][4].update(is_rgb=False), "last layer"),
    (lambda net: net.update(output_scale=float("nan")), "output_scale"),
    (lambda net: net.update(output_scale=None), "output_scale"),
    (lambda net: net["input"].update(size=[12]), "not two numbers"),
    (lambda net: net["input"].update(size=[12, 1 << 40]), "input size"),
    (lambda net: net["input"].update(bandwidth=50.0), "bandwidth"),
])
def test_a_stylegan3_whose_layers_lead_nowhere_is_refused(tmp_path: Path, change: Any, said: str) -> None:
    net, tensors = sg3_tensors("T", size=16, width=8, **SMALL)
    change(net)
    assert said in refused(tmp_path, lambda: {"G_ema": generator(net, tensors)})


def test_a_stylegan3_with_a_layer_that_says_nothing_is_refused(tmp_path: Path) -> None:
    net, tensors = FORMS["stylegan3 R"]

    def content() -> dict[str, Any]:
        made = generator(net, tensors)
        del made.state["_modules"]["synthesis"].state["_modules"][net["layers"][2]["name"]].state["padding"]
        return {"G_ema": made}

    assert "does not say its padding" in refused(tmp_path, content)


@pytest.mark.parametrize("name", ["up_filter", "down_filter", "magnitude_ema"])
def test_a_stylegan3_that_lacks_a_part_of_a_layer_is_refused(tmp_path: Path, name: str) -> None:
    net, tensors = FORMS["stylegan3 T"]
    full = f"synthesis.{net['layers'][1]['name']}.{name}"
    less = {key: tensor for key, tensor in tensors.items() if key != full}
    assert f"lacks {full}" in refused(tmp_path, lambda: {"G_ema": generator(net, less)})


@pytest.mark.parametrize("keep", [0, 1, 2, 100, 0.3, 0.9, -1])
def test_a_truncated_file_is_refused(tmp_path: Path, keep: float) -> None:
    file = write_pkl(tmp_path / "moss.pkl", *FORMS["stylegan2"])
    data = file.read_bytes()
    file.write_bytes(data[: int(len(data) * keep) if 0 < keep < 1 else int(keep)])
    refusal(file)


@pytest.mark.parametrize("protocol", [b"\x80\x03", b"\x80\x04"])
def test_a_tensorflow_file_is_explained_and_not_run(tmp_path: Path, protocol: bytes) -> None:
    file = tmp_path / "stylegan2-ffhq.pkl"
    file.write_bytes(protocol + b"cdnnlib.tflib.network\nNetwork\nq\x00)\x81q\x01}q\x02b\x87.")
    assert "TensorFlow" in refusal(file)
    with pytest.raises(ModelError, match="TensorFlow"):
        kind_of(file)


def test_an_unknown_name_is_refused_with_the_way_out(tmp_path: Path) -> None:
    file = tmp_path / "fork.pkl"
    file.write_bytes(b"\x80\x02cmy_fork.layers\nFancyLayer\n)\x81.")
    message = refusal(file)
    assert '"my_fork.layers.FancyLayer"' in message
    assert "Nothing was run" in message
    assert 'torch.save(G_ema.state_dict(), "fork.pt")' in message


def test_what_opening_costs_can_be_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write_pkl(tmp_path / "moss.pkl", *FORMS["stylegan2"])
    cost = load_cost(file)
    assert cost.kept == pytest.approx(sum(t.nbytes for t in FORMS["stylegan2"][1].values()) / 1e6)
    assert cost.seconds > 0
    assert measured(file).kept == cost.kept
    monkeypatch.setattr("liveart.checkpoints.probe._READS", "raise SystemExit('it is cut short')")
    with pytest.raises(ModelError, match=r"could not be opened: it is cut short"):
        load_cost(file)
