"""The container of StyleGAN files: nested persistent objects in a pickle, as the code that trains such nets writes it.

No class of that code is needed: stand-in modules lend their names while something is pickled.
"""

from __future__ import annotations

import io
import math
import pickle
import sys
import types
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

Net = dict[str, Any]
Tensors = dict[str, Tensor]
_PARAMETERS = ("weight", "bias", "const", "noise_strength")
_CLASSES = {"synthesis": "SynthesisNetwork", "mapping": "MappingNetwork", "input": "SynthesisInput",
            "torgb": "ToRGBLayer", "skip": "Conv2dLayer", "affine": "FullyConnectedLayer",
            "embed": "FullyConnectedLayer"}


class Persistent:
    """One network or part of one: a class name and its `__dict__`, pickled as a call of the persistence module."""

    def __init__(self, class_name: str, state: Mapping[str, Any]) -> None:
        self.class_name, self.state = class_name, dict(state)

    def __reduce__(self) -> tuple[Any, ...]:
        meta = {"type": "class", "version": 6, "module_src": "# whole source text\n" * 500,
                "class_name": self.class_name, "state": self.state}
        return _module("torch_utils.persistence")._reconstruct_persistent_obj, (meta,)


def easy(**values: Any) -> Any:
    """Return values in the attribute dictionary that the original code keeps settings in. Only within `stand_ins`."""
    return _module("dnnlib.util").EasyDict(values)


def _module(name: str) -> Any:
    return sys.modules[name]


@contextmanager
def stand_ins(numpy_core: str = "numpy.core") -> Iterator[None]:
    """Lend the names of the original modules to nothing-doing stand-ins while something is pickled."""
    made = {name: types.ModuleType(name) for name in
            ("torch_utils", "torch_utils.persistence", "dnnlib", "dnnlib.util", f"{numpy_core}.multiarray")}
    for module, word in (("torch_utils.persistence", "_reconstruct_persistent_obj"),
                         (f"{numpy_core}.multiarray", "scalar"), (f"{numpy_core}.multiarray", "_reconstruct")):
        _lend(made[module], word, types.FunctionType((lambda *_: None).__code__, {}, word))
    _lend(made["dnnlib.util"], "EasyDict", type("EasyDict", (dict,), {}))
    before = {name: sys.modules.get(name) for name in made}
    sys.modules.update(made)
    try:
        yield
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


def _lend(module: types.ModuleType, word: str, thing: Any) -> None:
    thing.__module__, thing.__qualname__ = module.__name__, word
    setattr(module, word, thing)


class ContainerPickler(pickle.Pickler):
    """Pickles as the original code's machine would: storages from a GPU, NumPy's core under its name of then."""

    def __init__(self, file: Any, protocol: int, numpy_core: str, location: str) -> None:
        super().__init__(file, protocol)
        self._numpy, self._location = _module(f"{numpy_core}.multiarray"), location

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, torch.storage.TypedStorage):
            return torch.storage._load_from_bytes, (blob(value, self._location),)
        if isinstance(value, np.generic):
            return self._numpy.scalar, (value.dtype, value.tobytes())
        if isinstance(value, np.ndarray):
            state = (1, value.shape, value.dtype, False, value.tobytes())
            return self._numpy._reconstruct, (np.ndarray, (0,), b"b"), state
        return NotImplemented


def blob(storage: Any, location: str = "cpu") -> bytes:
    """Return a storage as torch saves it within a pickle; `location` is the device that it was on."""
    file = io.BytesIO()
    torch.save(storage, file, _use_new_zipfile_serialization=False)
    here, there = (b"X" + len(place).to_bytes(4, "little") + place for place in (b"cpu", location.encode()))
    return file.getvalue().replace(here, there, 1)


def write_pkl(path: Path, net: Net, tensors: Tensors, *, protocol: int = 4, numpy_core: str = "numpy.core",
              location: str = "cuda:0", keys: tuple[str, ...] = ("G", "D", "G_ema"), dataset: str = "./data/moss.zip",
              top: Mapping[str, Any] | None = None) -> Path:
    """Write a StyleGAN pickle with the generator under each `G` key; return its path. `top` replaces top entries."""
    with stand_ins(numpy_core):
        content: dict[str, Any] = {key: generator(net, tensors) if key.startswith("G") else _judge() for key in keys}
        content |= {"augment_pipe": None, "training_set_kwargs": easy(path=dataset, use_labels=net["classes"] > 0)}
        return dump(path, content | dict(top or {}), protocol, numpy_core, location)


def dump(path: Path, content: Any, protocol: int = 4, numpy_core: str = "numpy.core", location: str = "cpu") -> Path:
    """Pickle any content in the container form; call it within `stand_ins`."""
    with path.open("wb") as file:
        ContainerPickler(file, protocol, numpy_core, location).dump(content)
    return path


def _judge() -> Persistent:
    layer = _part("Conv2dLayer", {"weight": torch.zeros(4, 3, 1, 1)}, {})
    return _part("Discriminator", {}, {"b4": layer}, img_resolution=32)


def generator(net: Net, tensors: Tensors) -> Persistent:
    """Return the generator as nested persistent objects. Call it within `stand_ins`."""
    inner: dict[str, Any] = {}
    for name, tensor in (dict(tensors) | _filters(net, tensors)).items():
        place = inner
        *parts, last = name.split(".")
        for part in parts:
            place = place.setdefault(part, {})
        place[last] = tensor
    sizes = {"z_dim": net["latent"], "c_dim": net["classes"], "w_dim": net["style"], "img_resolution": net["size"],
             "img_channels": net["channels"], "num_ws": net["rows"]}
    modules = {name: _module_of(name, name, inner[name], net, sizes) for name in ("synthesis", "mapping")}
    more = {"channel_base": 16384, "channel_max": 512, "num_fp16_res": 4, "conv_clamp": net.get("clamp", 256.0) or None}
    if "layers" in net:
        is_r = any(tensors[name].ndim == 2 for name in tensors if name.endswith("down_filter"))
        flags = {"magnitude_ema_beta": 0.999, **({"conv_kernel": 1, "use_radial_filters": True} if is_r else {})}
        kwargs = easy(mapping_kwargs=easy(num_layers=2), **flags, **more)
    else:
        kwargs = easy(mapping_kwargs=easy(num_layers=2), synthesis_kwargs=easy(**more))
    return _part("Generator", {}, modules, _init_kwargs=kwargs, **sizes)


def _filters(net: Net, tensors: Tensors) -> Tensors:
    """Return the buffers that StyleGAN2 files repeat in every block and layer."""
    if "layers" in net:
        return {}
    line = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8
    owners = {name.rpartition(".")[0] for name in tensors
              if name.endswith(("conv0.weight", "conv1.weight", "skip.weight"))}
    return {f"{owner}.resample_filter": line[:, None] * line
            for owner in owners | {owner.rpartition(".")[0] for owner in owners}}


def _module_of(name: str, path: str, inner: Mapping[str, Any], net: Net, sizes: Mapping[str, int]) -> Persistent:
    tensors = {key: value for key, value in inner.items() if isinstance(value, Tensor)}
    modules = {key: _module_of(key, f"{path}.{key}", value, net, sizes)
               for key, value in inner.items() if not isinstance(value, Tensor)}
    if path == "synthesis.b4":
        modules["conv0"] = None
    class_name = _CLASSES.get(name, "FullyConnectedLayer" if name.startswith("fc") else
                              "SynthesisBlock" if path.startswith("synthesis.b") and path.count(".") == 1 else
                              "SynthesisLayer")
    return _part(class_name, tensors, modules, **_attributes(name, path, net, sizes))


def _attributes(name: str, path: str, net: Net, sizes: Mapping[str, int]) -> dict[str, Any]:
    """Return the plain attributes that a module of this place has, NumPy's among them where the files have such."""
    if name in ("synthesis", "mapping"):
        return {**sizes, **({"output_scale": net["output_scale"]} if name == "synthesis" and "layers" in net else {})}
    if path == "synthesis.input":
        plane = net["input"]
        return {"size": np.array(plane["size"]), "sampling_rate": np.float64(plane["rate"]),
                "bandwidth": np.float64(plane["bandwidth"]), "channels": 12}
    for layer in net.get("layers", ()):
        if name == layer["name"]:
            return {"is_torgb": layer["is_rgb"], "up_factor": layer["up"], "down_factor": np.int64(layer["down"]),
                    "padding": layer["padding"], "conv_clamp": layer["clamp"] or None,
                    "is_critically_sampled": np.bool_(False)}
    if "layers" in net or not path.startswith("synthesis.b"):
        return {"activation": "lrelu"} if path.startswith("mapping.fc") else {}
    r = int(path.split(".")[1][1:])
    if path.count(".") == 1:
        return {"resolution": r, "architecture": net["architecture"], "use_fp16": r > 16, "is_last": r == net["size"],
                "img_channels": net["channels"], "in_channels": 0 if r == 4 else 1}
    return {"resolution": r, "up": 2 if name == "conv0" else 1, "use_noise": True, "act_gain": math.sqrt(2),
            "conv_clamp": net["clamp"] or None, "activation": "lrelu"}


def _part(class_name: str, tensors: Tensors, modules: Mapping[str, Any], **attributes: Any) -> Persistent:
    parameters = {key: torch.nn.Parameter(value) for key, value in tensors.items() if key in _PARAMETERS}
    buffers = {key: value for key, value in tensors.items() if key not in parameters}
    hooks = {name: OrderedDict() for name in ("_backward_hooks", "_forward_hooks", "_state_dict_hooks")}
    return Persistent(class_name, {
        "training": False, "_parameters": OrderedDict(parameters), "_buffers": OrderedDict(buffers),
        "_non_persistent_buffers_set": set(), **hooks, "_modules": OrderedDict(modules),
        "_init_args": (), "_init_kwargs": {}, **attributes})
