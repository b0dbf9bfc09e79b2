"""nn~ files: opened whatever they lack, played the same however they are cut, and reset bit for bit."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import tiny_audio as tiny
import torch
from tiny_audio import DELAY, LATENT, RATE, RATIO, rewritten, tiny_ts
from torch import Tensor, nn

from liveart.errors import ModelError
from liveart.neural import neutone
from liveart.neural.model import AudioModel
from liveart.neural.nn_model import open_nn
from liveart.neural.open import open_audio_model
from liveart.neural.torchscript import Script, load_script, muted

FRAMES = 24
PLAYABLE = (tiny.Bare, tiny.Listed, tiny.Claims, tiny.Stereo, tiny.Hidden, tiny.Codes, tiny.LateDecoder, tiny.NoState,
            tiny.Gain, tiny.Recurrent)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def noise(model: AudioModel, method: str, blocks: int = FRAMES, seed: int = 1) -> Tensor:
    declared = model.spec.methods[method]
    length = blocks * max(model.spec.block, RATIO) // declared.in_ratio
    made = torch.randn(model.batch, declared.inputs, length, generator=torch.Generator().manual_seed(seed))
    return made * (5.0 if model.spec.is_discrete and method == "decode" else 0.3)


def test_a_file_without_a_list_is_known_by_its_params(tmp_path: Path) -> None:
    spec = open_nn(tiny_ts(tmp_path)).spec
    assert set(spec.methods) == {"encode", "decode", "forward"}
    assert (spec.block, spec.rate, spec.latent, spec.width) == (RATIO, RATE, LATENT, LATENT)
    assert spec.form == "nn~"
    assert spec.streams
    assert not spec.is_discrete
    assert not spec.remarks
    assert (spec.methods["encode"].in_ratio, spec.methods["encode"].out_ratio) == (1, RATIO)


def test_a_listed_method_that_is_none_is_left_out_with_a_remark(tmp_path: Path) -> None:
    model = open_nn(tiny_ts(tmp_path, tiny.Listed))
    assert "prior" not in model.spec.methods
    assert any(remark.startswith("prior is left out") for remark in model.spec.remarks)
    with pytest.raises(ModelError, match='no method "prior"'):
        model.run("prior", torch.zeros(1, 1, 1))


def test_attributes_are_typed_set_and_refused(tmp_path: Path) -> None:
    model = open_nn(tiny_ts(tmp_path, tiny.Listed))
    assert {(a.name, a.kinds, a.values) for a in model.spec.attributes} == {
        ("gain", ("float", "str"), (1.0, "loud")), ("on", ("bool",), (False,))}
    assert model.set("gain", [2, "soft"])
    assert model.get("gain") == (2.0, "soft")
    assert not model.set("gain", [-1.0, "soft"])
    assert model.get("gain") == (2.0, "soft")
    assert model.set("on", [1])
    assert model.get("on") == (True,)
    model.reset()
    assert model.get("on") == (True,), "a reset forgets the sound, not the settings"
    for name, values in (("gain", [1.0]), ("gain", ["much", "x"]), ("gian", [1.0, "x"]), ("none", [1])):
        with pytest.raises(ModelError):
            model.set(name, values)
    assert any(remark.startswith("sound is left out") for remark in model.spec.remarks)


def test_a_file_that_wants_its_rate_is_told_it(tmp_path: Path) -> None:
    model = open_nn(tiny_ts(tmp_path, tiny.Listed))
    assert model._script.module.asked_rate == RATE  # type: ignore[attr-defined]


def test_wrong_claims_are_told_and_what_is_of_use_is_played(tmp_path: Path) -> None:
    model = open_nn(tiny_ts(tmp_path, tiny.Claims))
    assert model.spec.methods["decode"].outputs == 1
    assert "encode" not in model.spec.methods
    told = " ".join(model.spec.remarks)
    assert "decode declares 2 outputs, returned 1" in told
    assert "encode is left out" in told
    assert model.run("decode", noise(model, "decode")).shape == (1, 1, FRAMES * RATIO)


def test_a_file_that_prints_is_silent_and_other_threads_are_heard(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = open_nn(tiny_ts(tmp_path, tiny.Claims))
    model.run("decode", noise(model, "decode"))
    with muted() as mute:
        other = threading.Thread(target=print, args=("from beside",))
        other.start()
        other.join()
        print("from here")
    print("after")
    assert capsys.readouterr().out == "from beside\nafter\n"
    assert mute.heard
    assert any("prints" in remark for remark in model.spec.remarks)


def test_stereo_and_labels_and_a_rate_in_a_buffer(tmp_path: Path) -> None:
    spec = open_nn(tiny_ts(tmp_path, tiny.Stereo)).spec
    method = spec.methods["forward"]
    assert (method.inputs, method.outputs, method.input_labels) == (2, 2, ("left", "right"))
    assert (spec.rate, spec.latent) == (48000, 0)


def test_a_first_generation_file_with_a_prior(tmp_path: Path) -> None:
    path = tiny_ts(tmp_path, tiny.Wrapped)
    model = open_nn(path)
    assert (set(model.spec.methods), model.spec.rate) == ({"decode", "prior"}, 32000)
    heat = torch.ones(1, 1, 8)
    first = model.run("prior", heat)
    assert not torch.equal(first, model.run("prior", heat))
    model.reset()
    assert torch.equal(first, model.run("prior", heat))
    assert any(remark.startswith("prior draws noise") for remark in model.spec.remarks)
    assert open_nn(path, batch=2).run("prior", heat.repeat(2, 1, 1)).shape == (2, LATENT, 8)


def test_codes_are_known_by_what_the_decoder_hears(tmp_path: Path) -> None:
    model = open_nn(tiny_ts(tmp_path, tiny.Codes))
    assert model.spec.is_discrete
    z = torch.rand(1, LATENT, 8) * 10
    first = model.run("decode", z)
    model.reset()
    assert torch.equal(first, model.run("decode", z.floor()))


def test_angles_are_known_by_the_name_of_the_file_s_class(tmp_path: Path) -> None:
    assert open_nn(tiny_ts(tmp_path, tiny.SphericalAngles)).spec.is_spherical


@pytest.mark.parametrize("make", [make for make in PLAYABLE if make is not tiny.Stereo])
def test_chunked_is_the_same_as_whole(tmp_path: Path, make: Callable[[], nn.Module]) -> None:
    model = open_nn(tiny_ts(tmp_path, make))
    for name, method in model.spec.methods.items():
        if make is tiny.Hidden and name == "forward":
            continue  # it draws noise itself, as its remark says
        x = noise(model, name)
        model.reset()
        whole = model.run(name, x)
        model.reset()
        step = model.spec.block // method.in_ratio * (1 if model.spec.block > 1 else 50)
        sizes = [step, 3 * step, 2 * step, x.shape[2] - 6 * step]
        parts = torch.cat([model.run(name, part) for part in torch.split(x, sizes, dim=2)], 2)
        torch.testing.assert_close(parts, whole, atol=1e-4, rtol=0)
        assert whole.shape[1] == method.outputs


@pytest.mark.parametrize("make", PLAYABLE)
def test_reset_is_as_just_opened_bit_for_bit(tmp_path: Path, make: Callable[[], nn.Module]) -> None:
    path = tiny_ts(tmp_path, make)
    for name in open_nn(path).spec.methods:
        model = open_nn(path)
        x = noise(model, name)
        first, second = model.run(name, x), model.run(name, x)
        model.reset()
        assert torch.equal(first, model.run(name, x))
        assert make is tiny.Gain or not torch.equal(first, second) or name == "encode"
        model.reset(0)
        assert torch.equal(first, model.run(name, x)), "with one stream, its reset is a reset of all"


@pytest.mark.parametrize("make", [make for make in PLAYABLE if make is not tiny.Stereo])
def test_streams_are_apart_and_reset_one_by_one(tmp_path: Path, make: Callable[[], nn.Module]) -> None:
    path = tiny_ts(tmp_path, make)
    for name in open_nn(path).spec.methods:
        if make is tiny.Hidden and name == "forward":
            continue
        model = open_nn(path, batch=3)
        x, y = noise(model, name), noise(model, name, seed=2)
        first = model.run(name, x)
        model.reset()
        changed = torch.cat([x[:1], y[1:2], x[2:]])
        heard = model.run(name, changed)
        torch.testing.assert_close(heard[[0, 2]], first[[0, 2]], atol=1e-5, rtol=0)
        on = model.run(name, x)
        model.reset()
        model.run(name, changed)
        model.reset(1)
        after = model.run(name, x)
        torch.testing.assert_close(after[1], first[1], atol=1e-5, rtol=0)
        torch.testing.assert_close(after[[0, 2]], on[[0, 2]], atol=1e-5, rtol=0)


def test_a_file_that_mixes_its_streams_is_played_alone_only(tmp_path: Path) -> None:
    path = tiny_ts(tmp_path, tiny.Mixing)
    model = open_nn(path)
    for wrong in (lambda: open_nn(path, batch=2), lambda: model.fork(2)):
        with pytest.raises(ModelError, match="mixes its streams"):
            wrong()


def test_more_streams_than_there_is_room_for_are_refused(tmp_path: Path) -> None:
    path = tiny_ts(tmp_path)
    for wrong in (lambda: open_nn(path, batch=65), lambda: open_nn(path).fork(65), lambda: open_nn(path, batch=0)):
        with pytest.raises(ModelError):
            wrong()


@pytest.mark.parametrize("make", [tiny.Listed, tiny.Hidden, tiny.Recurrent, tiny.LateDecoder, tiny.NoState])
def test_a_fork_is_independent_and_fresh(tmp_path: Path, make: Callable[[], nn.Module]) -> None:
    path = tiny_ts(tmp_path, make)
    model = open_nn(path)
    x = noise(model, "forward")
    first = model.run("forward", x)
    wide = model.fork(2)
    on = model.run("forward", x)
    assert wide.spec.remarks == model.spec.remarks
    assert wide.batch == 2
    if make is not tiny.Hidden:  # its own dice are shared by all streams
        torch.testing.assert_close(wide.run("forward", x.repeat(2, 1, 1))[:1], first, atol=1e-5, rtol=0)
    assert torch.equal(model.fork(1).run("forward", x), first)
    model.reset()
    model.run("forward", x)
    assert torch.equal(model.run("forward", x), on)


def test_hidden_latents_are_seeded_and_the_same_however_cut(tmp_path: Path) -> None:
    path = tiny_ts(tmp_path, tiny.Hidden)
    model, other = open_nn(path), open_nn(path, seed=5)
    assert (model.spec.latent, model.spec.width) == (4, 8)
    z = noise(model, "decode")
    whole = model.run("decode", z)
    assert not torch.equal(whole, other.run("decode", z))
    torch.manual_seed(99)
    again = open_nn(path)
    parts = torch.cat([again.run("decode", part) for part in torch.split(z, 1, dim=2)], 2)
    torch.testing.assert_close(parts, whole, atol=1e-5, rtol=0)
    model.reset()
    assert not torch.equal(model.run("decode", torch.cat([z, torch.zeros_like(z)], 1)), whole)


def test_what_a_file_draws_is_seeded_and_disturbs_nobody(tmp_path: Path) -> None:
    model = open_nn(tiny_ts(tmp_path, tiny.Hidden))
    x = noise(model, "forward")
    first = model.run("forward", x)
    model.reset()
    torch.manual_seed(3)
    wanted = torch.rand(4)
    torch.manual_seed(3)
    assert torch.equal(model.run("forward", x), first)
    assert torch.equal(torch.rand(4), wanted)
    assert any(remark.startswith("forward draws noise") for remark in model.spec.remarks)
    assert not any(remark.startswith("decode draws noise") for remark in model.spec.remarks)


def test_the_lag_measured_is_the_lag_built_in_and_leaves_no_trace(tmp_path: Path) -> None:
    model = open_nn(tiny_ts(tmp_path, tiny.LateDecoder))
    z = noise(model, "decode")
    model.run("decode", z)
    assert (model.lag("decode"), model.lag("forward")) == (DELAY, DELAY)
    on = model.run("decode", z)
    model.reset()
    model.run("decode", z)
    assert torch.equal(model.run("decode", z), on)
    assert open_nn(tiny_ts(tmp_path, tiny.Gain)).lag("forward") == 0
    with pytest.raises(ModelError):
        model.lag("dream")


def test_a_file_without_a_past_is_overlapped_and_says_so(tmp_path: Path) -> None:
    path = tiny_ts(tmp_path, tiny.NoState)
    model = open_nn(path)
    block = model.spec.block
    assert not model.spec.streams
    assert any("overlapped" in remark for remark in model.spec.remarks)
    x = noise(model, "forward", 8)
    script = load_script(path)
    with torch.inference_mode():
        whole = script(x)
        clicking = torch.cat([script(part) for part in torch.split(x, block, dim=2)], 2)
    played = model.run("forward", x)
    assert abs(model.lag("forward") - block) <= 16  # half of the convolution
    fault = (played[..., 2 * block:] - whole[..., block:-block]).abs().max()
    assert fault < 0.01 * (clicking - whole).abs().max()
    assert abs(model.lag("decode") - block) <= RATE * 0.005


def test_a_file_that_needs_no_past_is_not_overlapped(tmp_path: Path) -> None:
    spec = open_nn(tiny_ts(tmp_path, tiny.Gain)).spec
    assert spec.streams
    assert spec.block == 1
    assert spec.rate == 0
    assert any("sample rate" in remark for remark in spec.remarks)


def test_blocks_of_a_wrong_form_are_refused(tmp_path: Path) -> None:
    model = open_nn(tiny_ts(tmp_path))
    for x in (torch.zeros(1, 1, 63), torch.zeros(2, 1, 64), torch.zeros(1, 2, 64), torch.zeros(1, 1, 0),
              torch.zeros(1, 64), torch.zeros(1, 1, 64, dtype=torch.float64)):
        with pytest.raises(ModelError, match="forward was given"):
            model.run("forward", x)


def test_what_comes_out_is_judged_at_every_block(tmp_path: Path) -> None:
    model = open_nn(tiny_ts(tmp_path, tiny.Bursting))
    with pytest.raises(ModelError, match="not finite"):
        model.run("forward", torch.full((1, 1, 8), 2.0))
    with pytest.raises(ModelError, match=r"gave \[1, 1, 7\] in place of \[1, 1, 8\]"):
        model.run("forward", torch.full((1, 1, 8), 4.0))
    assert torch.equal(model.run("forward", torch.ones(1, 1, 8)), torch.ones(1, 1, 8))


def test_neither_input_nor_output_is_shared_with_the_file(tmp_path: Path) -> None:
    path = tiny_ts(tmp_path, tiny.Stereo)
    model, other = open_nn(path), open_nn(path)
    x = torch.ones(1, 2, 300)
    made = model.run("forward", x)
    other.run("forward", x.clone())
    x.zero_()
    made.mul_(0.0)
    assert torch.equal(model.run("forward", torch.ones(1, 2, 50)), other.run("forward", torch.ones(1, 2, 50)))


def test_loading_and_playing_use_the_simple_executor() -> None:
    class Probe:
        def forward(self, x: Tensor) -> Tensor:
            assert torch.is_inference_mode_enabled()
            return x + float(torch._C._get_graph_executor_optimize())

    before = torch._C._get_graph_executor_optimize()
    assert float(Script(Probe()).call("forward", torch.zeros(1))) == 0.0  # type: ignore[arg-type]
    assert torch._C._get_graph_executor_optimize() == before


def _break(edit: Callable[[str, bytes], bytes | None]) -> Callable[[Path], Path]:
    return lambda path: rewritten(path, "broken.ts", edit)


def _cut(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[:4000])
    return path


def _written(content: bytes) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        path.write_bytes(content)
        return path
    return write


def _checkpoint(path: Path) -> Path:
    torch.save({"weight": torch.zeros(3)}, path)
    return path


@pytest.mark.parametrize(("spoil", "told"), [
    (_written(b""), "is empty"),
    (_written(b"export const a = 1;"), "no TorchScript file"),
    (_cut, "damaged"),
    (_checkpoint, "no TorchScript program"),
    (lambda path: path.parent, "no card|no model folder|folder"),
    (lambda path: path.with_name("none.ts"), "no file"),
    (_break(lambda name, data: b"99\n" if name.endswith("/version") else data),
     r"newer torch: its format is 99.*\d\.\d"),
    (_break(lambda name, data: data.replace(b"torch.cat(", b"torch.cats(") if name.endswith(".py") else data),
     r"aten::cats, which torch \d"),
    (_break(lambda name, data: data[:20] if name.endswith("constants.pkl") or name.endswith("data.pkl") else data),
     "damaged or foreign"),
])
def test_files_that_cannot_be_opened_are_refused_in_plain_words(
        tmp_path: Path, spoil: Callable[[Path], Path], told: str) -> None:
    path = spoil(tiny_ts(tmp_path))
    with pytest.raises(ModelError, match=told) as caught:
        open_audio_model(path)
    assert caught.value.hint


def test_a_file_whose_words_are_no_text_is_refused(tmp_path: Path) -> None:
    path = tiny_ts(tmp_path, tiny.Listed)
    path = rewritten(path, "odd.ts", lambda name, data: data.replace(b'"prior"', b'"\xffrior"'))
    with pytest.raises(ModelError, match="damaged"):
        open_audio_model(path)


def test_a_file_without_any_method_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no method"):
        open_audio_model(tiny_ts(tmp_path, tiny.Mute))


def test_the_kind_of_a_file_is_found_by_its_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tiny_ts(tmp_path)
    assert open_audio_model(path.rename(tmp_path / "odd.nm"), batch=2).batch == 2
    told = json.dumps({"neutone_parameters": {}})
    script = load_script(tmp_path / "odd.nm")
    opened: list[Path] = []
    monkeypatch.setattr(neutone, "open_neutone", lambda path, *_: opened.append(path) or open_nn(path))
    for name, metadata in (("yes.ts", told), ("no.ts", "{}"), ("bad.ts", "{")):
        torch._C.ScriptModule.save(script._c, str(tmp_path / name), _extra_files={"metadata.json": metadata})
        open_audio_model(tmp_path / name)
    assert opened == [tmp_path / "yes.ts"]


def test_standard_output_is_whole_again_after_opening(tmp_path: Path) -> None:
    before = sys.stdout
    open_nn(tiny_ts(tmp_path, tiny.Claims))
    assert sys.stdout is before
