"""A malicious pickle does nothing but produce a refusal: every trick that calls a function on load, and every bomb."""

from __future__ import annotations

import copyreg
import os
import pickle
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file
from stylegan_container import Persistent, dump, generator, stand_ins
from stylegan_files import sg2_tensors, write_pkl

from liveart.checkpoints.allowed import ALLOWED
from liveart.checkpoints.model import Model, open_model
from liveart.checkpoints.pickle_data import read_pickle
from liveart.checkpoints.pickle_source import Span
from liveart.checkpoints.sniff import kind_of
from liveart.errors import ModelError

NET, TENSORS = sg2_tensors(size=16, style=8, latent=8, channel_max=8, mapping=1)


class Trap:
    """Leaves a folder behind where it is unpickled by Python's own reader."""

    def __init__(self, canary: Path) -> None:
        self.canary = canary

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.canary),)


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    return tmp_path / "it ran"


def refusal(file: Path, canary: Path) -> str:
    """Open a file that must be refused; return the one sentence, and see that nothing ran."""
    with pytest.raises(ModelError) as caught:
        open_model(file)
    assert not canary.exists()
    message = str(caught.value)
    assert "\n" not in message
    assert file.name in message
    return message


def written(canary: Path, data: bytes) -> Path:
    file = canary.with_name("evil.pkl")
    file.write_bytes(data)
    return file


def text(word: str) -> bytes:
    return b"X" + struct.pack("<I", len(word.encode())) + word.encode()


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_a_call_at_the_top_is_refused_by_its_name(canary: Path, protocol: int) -> None:
    data = pickle.dumps(Trap(canary), protocol)
    assert "mkdir" in refusal(written(canary, data), canary)
    pickle.loads(data)
    assert canary.exists()  # so the trap is a real one


@pytest.mark.parametrize("where", ["meta", "state", "settings", "augment_pipe", "D", "parameter"])
def test_a_call_anywhere_in_a_stylegan_is_refused(canary: Path, where: str) -> None:
    file = canary.with_name("evil.pkl")
    with stand_ins():
        good = generator(NET, TENSORS)
        trap = Trap(canary)
        content: dict[str, Any] = {"G_ema": good, "augment_pipe": None, "training_set_kwargs": {}}
        if where == "meta":
            good.class_name = trap  # type: ignore[assignment]
        elif where == "state":
            good.state["hooks"] = [trap]
        elif where == "parameter":
            good.state["_parameters"]["weight"] = trap
        else:
            content["training_set_kwargs" if where == "settings" else where] = {"x": trap}
        dump(file, content)
    assert "mkdir" in refusal(file, canary)


def with_storage(canary: Path, data: bytes) -> Path:
    """Write a StyleGAN whose w_avg has `data` for a storage."""
    file = write_pkl(canary.with_name("evil.pkl"), NET, TENSORS, location="cpu", keys=("G_ema",))
    whole = file.read_bytes()
    with file.open("rb") as opened:
        content = read_pickle(opened, file, ALLOWED)
        mapping = content["G_ema"].state["_modules"]["mapping"]
        stored = mapping.state["_buffers"]["w_avg"].blob.data
        old = stored.read(opened) if isinstance(stored, Span) else stored
    at = whole.index(old)
    head = at - 5 if whole[at - 5 : at - 4] == b"B" else at - 2
    # Behind a frame's length nothing else counts bytes, and liveart's reader does not use frames.
    file.write_bytes(whole[:head] + b"B" + struct.pack("<I", len(data)) + data + whole[at + len(old) :])
    return file


def test_a_call_within_a_storage_is_refused(canary: Path) -> None:
    assert "mapping.w_avg" in refusal(with_storage(canary, pickle.dumps(Trap(canary), 2)), canary)


@pytest.mark.parametrize("evil", [
    b"", b"\x80\x02", b"garbage", b"PK\x03\x04", pickle.dumps([1, 2, 3], 2), pickle.dumps("a text", 4),
    # torch's own form, with a storage of more bytes than there are on any machine
    b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.\x80\x02}q\x00.\x80\x02(" + text("storage")
    + b"ctorch\nFloatStorage\n" + text("1") + text("cpu") + b"\x8a\x07\xff\xff\xff\xff\xff\xff\x0fNtQ.\x80\x02]q\x00.",
])
def test_a_storage_that_is_none_is_refused(canary: Path, evil: bytes) -> None:
    assert "mapping.w_avg" in refusal(with_storage(canary, evil), canary)


def test_a_storage_written_as_text_that_is_no_bytes_is_refused(canary: Path) -> None:
    net, tensors = sg2_tensors(size=16, style=64, latent=64, channel_max=8, mapping=1)
    file = write_pkl(canary.with_name("evil.pkl"), net, tensors, protocol=2, keys=("G_ema",))
    whole = file.read_bytes()
    letters = tensors["mapping.fc0.weight"].numpy().tobytes().decode("latin1").encode()
    assert whole.count(letters) == 1
    file.write_bytes(whole.replace(letters, b"\xff" * len(letters)))
    assert "mapping.fc0.weight" in refusal(file, canary)


@pytest.mark.parametrize("array", ["objects", "fields", "texts", "dates"])
def test_numpy_arrays_of_anything_but_numbers_are_refused(canary: Path, array: str) -> None:
    made = {"objects": np.array([Trap(canary)], dtype=object), "fields": np.zeros(2, dtype=[("a", "f4")]),
            "texts": np.array(["abc"]), "dates": np.array(["2020-01-01"], dtype="datetime64[D]")}[array]
    refusal(written(canary, pickle.dumps({"G_ema": made}, 4)), canary)


def evil_words() -> list[bytes]:
    """Return programs by hand, each a way to make Python's reader call, import or fetch something."""
    call = text("touch evil") + b"\x85R."
    names = ["os system", "posix system", "nt system", "builtins eval", "builtins exec", "builtins getattr",
             "builtins __import__", "subprocess Popen", "torch load", "torch.storage _load_from_bytes.__globals__",
             "torch._utils _rebuild_tensor_v2.__globals__", "collections OrderedDict.fromkeys", "numpy load",
             "dnnlib.util EasyDict.__class__", "numpy.core.multiarray fromfile", "torch.hub load", "runpy run_path",
             "collections _sys.modules", "copyreg _reconstructor", "importlib import_module", "functools partial",
             "operator attrgetter", "torch_utils.persistence _src_to_module", "numpy.testing _private.utils.runstring"]
    named = [b"\x80\x04" + text(module) + text(word) + b"\x93" + call for module, word in map(str.split, names)]
    lines = [b"\x80\x02c" + name.replace(" ", "\n").encode() + b"\n" + call for name in names]
    return named + lines


@pytest.mark.parametrize("program", evil_words())
def test_names_outside_of_the_list_are_refused_in_both_spellings(canary: Path, program: bytes) -> None:
    assert "Nothing was run" in refusal(written(canary, program), canary)


@pytest.mark.parametrize("program", [
    b"(" + text("touch evil") + b"ios\nsystem\n.",  # an object made by its name
    b"(cdnnlib\nEasyDict\no.", b"cdnnlib\nEasyDict\n)}\x92.",  # … by its class, … with keywords
    b"\x82\x01.", b"\x83\x01\x01.", b"\x84\x01\x00\x00\x00.",  # registered extensions
    b"Pevil\n.", text("evil") + b"Q.",  # something outside of the file
    b"\x97.", b"\x97\x98.",
])
def test_instructions_that_make_objects_are_refused_as_such(canary: Path, program: bytes) -> None:
    copyreg.add_extension(__name__, "Trap", 1)
    try:
        assert "which liveart never does" in refusal(written(canary, b"\x80\x04" + program), canary)
    finally:
        copyreg.remove_extension(__name__, "Trap", 1)


@pytest.mark.parametrize("program", [
    b"ccollections\nOrderedDict\n}" + text("__setstate__") + b"cdnnlib\nEasyDict\nsb.",  # a state for a name
    b"N}b.", b"]}b.", text("a") + b"}b.", b")}b.",  # a state for a plain value
    text("os") + b"q\x00" + text("system") + b"q\x01h\x00h\x01\x93.",  # a name put together from what was kept
    text("os") + text("system") + b"\x86R.", b"K\x01)R.", b"}" + b")R.", b"]" + b")\x81.",  # a call of a plain value
    b"h\x07.", b"j\xff\xff\xff\xff.", b"q\x00.", b"\x94.", b"0.", b"1.", b"e.", b"u.", b"t.", b"R.", b"b.", b"s.", b".",
    b"a.", b"\x93.", b"\x90.", b"(e.", b"(u.", b"}(K\x01u.", b"](K\x01u.", b"}K\x01a.", b"\x8f(]\x90.", b"}]Ns.",
    b"}(NNe.", b"\x8b\xff\xff\xff\x7f.", b"\x8a\xff" + b"\1" * 255 + b".", b"\x8b\xff\xff\xff\xff.",
    b"X\xff\xff\xff\xff.", b"\x8d" + b"\xff" * 8 + b".", b"\x8e" + b"\xff" * 8 + b".", b"\x96" + b"\xff" * 7 + b"\x7f.",
    b"\x8c\x02\xff\xfe.", b"c" + b"a" * 5000 + b"\nb\n.", b"c\xff\xfe\nb\n.", b"S'text'\n.", b"I1\n.", b"F1\n.", b"2.",
    b"cnumpy\ndtype\n" + text("O8") + b"\x89\x88\x87R.", b"cnumpy\ndtype\nK\x01\x85R.", b"cnumpy\ndtype\n)R.",
    b"cnumpy\ndtype\n" + text("f4,O") + b"\x85R.", b"cnumpy\ndtype\n" + text("f4") + b"\x85R(K\x03" + text("<")
    + b"N" + text("a") + b"\x85NJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb.",
    b"cnumpy\nndarray\n)R.", b"cnumpy\nndarray\n)\x81.", b"cnumpy.core.multiarray\n_reconstruct\n)RN\x85b.",
    b"cnumpy.core.multiarray\nscalar\n" + text("f4") + text("1234") + b"\x86R.",
    b"ctorch._utils\n_rebuild_tensor_v2\n)R.", b"ctorch._utils\n_rebuild_parameter\nN\x85R.",
    b"ctorch.storage\n_load_from_bytes\nN\x85R.", b"c_codecs\nencode\n" + text("eval") + text("rot13") + b"\x86R.",
    b"ctorch_utils.persistence\n_reconstruct_persistent_obj\n)R.",
    b"ctorch_utils.persistence\n_reconstruct_persistent_obj\n}\x85R.", b"cbuiltins\nset\n](]e\x85R.",
    b"ccollections\nOrderedDict\n](]NNee\x85R.", b"cbuiltins\nbytes\nK\xff\x85R.",
])
@pytest.mark.parametrize("protocol", [b"\x80\x02", b"\x80\x04"])
def test_programs_without_sense_are_refused_in_one_sentence(canary: Path, program: bytes, protocol: bytes) -> None:
    refusal(written(canary, protocol + program), canary)


@pytest.mark.parametrize("program", [
    b"]" * 60_000 + b"a" * 59_999 + b".", b"N" + b"\x85" * 60_000 + b".",  # lists and tuples, deep
    b"(" * 60_000 + b"t" * 60_000 + b".", b"}N" + b"}N" * 59_999 + b"N" + b"s" * 59_999 + b".",
    b"}" + b"N\x85" + b"\x85" * 60_000 + b"Ns.",  # a deep key
    b"}q\x00" + text("G_ema") + b"h\x00s" + b".", b"]q\x00h\x00a.",  # what holds itself
    b"]q\x00" + b"".join(b"(" + b"h\x00" * 2 + b"lq\x00" for _ in range(3)) + b".",
])
def test_deep_and_looping_values_end_in_a_refusal(canary: Path, program: bytes) -> None:
    refusal(written(canary, b"\x80\x04" + program), canary)


def test_parts_within_themselves_are_refused(canary: Path) -> None:
    file = canary.with_name("evil.pkl")
    with stand_ins():
        good = generator(NET, TENSORS)
        good.state["_modules"]["synthesis"].state["_modules"]["again"] = good.state["_modules"]["mapping"]
        dump(file, {"G_ema": good})
    assert "without end" in refusal(file, canary)
    with stand_ins():
        good = part = generator(NET, TENSORS)
        for _ in range(40):
            part.state["_modules"]["inner"] = part = Persistent("Generator", {"_modules": {}})
        dump(file, {"G_ema": good})
    assert "without end" in refusal(file, canary)


def test_one_storage_claimed_by_a_thousand_tensors_is_refused_before_it_is_read(canary: Path) -> None:
    file = canary.with_name("evil.pkl")
    with stand_ins():
        good = generator(NET, TENSORS)
        shared = torch.zeros(1 << 16)
        good.state["_buffers"] = {f"x{index}": shared for index in range(1000)}
        dump(file, {"G_ema": good})
    assert "claims weights" in refusal(file, canary)


@pytest.mark.parametrize("change", [{"size": (1 << 40, 1 << 40)}, {"offset": 1 << 60},
                                    {"stride": (-1,)}, {"size": (-8,)}, {"size": (8,) * 40}])
def test_a_tensor_that_reaches_out_of_its_storage_is_refused(canary: Path, change: dict[str, Any]) -> None:
    file = canary.with_name("evil.pkl")
    parts = {"offset": 0, "size": (8,), "stride": (1,)} | change
    with stand_ins():
        good = generator(NET, TENSORS)
        good.state["_modules"]["mapping"].state["_buffers"]["w_avg"] = Claimed(**parts)
        dump(file, {"G_ema": good})
    refusal(file, canary)


class Claimed:
    """A tensor of eight numbers that says something else of its size."""

    def __init__(self, offset: int, size: tuple[int, ...], stride: tuple[int, ...]) -> None:
        self.parts = (offset, size, stride)

    def __reduce__(self) -> tuple[Any, ...]:
        storage = torch.storage.TypedStorage(wrap_storage=torch.ones(8).untyped_storage(), dtype=torch.float32,
                                             _internal=True)
        return torch._utils._rebuild_tensor_v2, (storage, *self.parts, False, {})


def opened(file: Path) -> Model | None:
    """Open a file; None when it is refused. Anything else than ModelError is a fault."""
    try:
        kind_of(file)
        return open_model(file)
    except ModelError:
        return None


@pytest.fixture(scope="module")
def valid(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes, list[int]]:
    """A valid file, its bytes, and where in it is structure rather than numbers."""
    file = write_pkl(tmp_path_factory.mktemp("valid") / "moss.pkl", NET, TENSORS, keys=("G_ema",))
    data = file.read_bytes()
    stored = [tensor.numpy().tobytes() for tensor in TENSORS.values() if tensor.numel() > 64]
    numbers = {at for part in stored for at in range(data.index(part), data.index(part) + len(part))}
    return file, data, [at for at in range(len(data)) if at not in numbers]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_damaged_file_loads_the_same_net_or_is_refused(valid: tuple[Path, bytes, list[int]],
                                                         data: st.DataObject) -> None:
    file, whole, structure = valid
    damaged = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 3))):
        at = structure[data.draw(st.integers(0, len(structure) - 1))]
        how = data.draw(st.sampled_from(["byte", "byte", "cut", "add", "end"]))
        if how == "byte":
            damaged[at : at + 1] = bytes([data.draw(st.integers(0, 255))])
        elif how == "add":
            damaged[at:at] = data.draw(st.binary(min_size=1, max_size=6))
        else:
            del damaged[at : (at + data.draw(st.integers(1, 9)) if how == "cut" else len(damaged))]
    file.write_bytes(damaged)
    model = opened(file)
    if model is not None:
        assert dict(model.net) | {"clamp": 0} == NET | {"clamp": 0}
        assert {name: t.shape for name, t in model.tensors.items()} == {name: t.shape for name, t in TENSORS.items()}


@pytest.fixture(scope="module")
def state_dicts(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, bytes]:
    """A state dict in three containers: torch's new and old, and safetensors."""
    folder = tmp_path_factory.mktemp("state dicts")
    torch.save(TENSORS, folder / "new.pt")
    torch.save(TENSORS, folder / "old.pt", _use_new_zipfile_serialization=False)
    save_file(TENSORS, folder / "moss.safetensors")
    return {file: file.read_bytes() for file in folder.iterdir()}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_damaged_state_dict_loads_the_same_net_or_is_refused(state_dicts: dict[Path, bytes],
                                                               data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(sorted(state_dicts)))
    damaged = bytearray(state_dicts[file])
    for _ in range(data.draw(st.integers(1, 3))):
        from_start = data.draw(st.integers(0, 3000))  # names and shapes are at the start, or, in an archive, at the end
        at = from_start if data.draw(st.booleans()) else len(damaged) - 1 - from_start
        damaged[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=3))
    broken = file.with_name(f"broken{file.suffix}")
    broken.write_bytes(damaged)
    model = opened(broken)
    if model is not None:
        assert {name: t.shape for name, t in model.tensors.items()} == {name: t.shape for name, t in TENSORS.items()}
