"""Every registered generator, source and sink keeps its contract."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from examples import (
    GENERATOR_EXAMPLES,
    SINK_EXAMPLES,
    SOURCE_EXAMPLES,
    STAGE,
    check_generator,
    check_params,
    check_sink,
    check_source,
    create,
)
from jack_server import jack_server
from midi_peer import midi_server
from xvfb import display

from liveart.core.contract import Generator, Moment, Sink
from liveart.core.material import Material, Picture
from liveart.core.param import Param
from liveart.core.registry import GENERATORS, SINKS, SOURCES
from liveart.errors import LiveartError

__all__ = ["display", "jack_server", "midi_server"]

SINK_CASES = [(name, case) for name, cases in SINK_EXAMPLES.items() for case in cases]


def test_every_registered_part_has_an_example_here() -> None:
    assert set(GENERATOR_EXAMPLES) == set(GENERATORS)
    assert set(SOURCE_EXAMPLES) == set(SOURCES)
    assert set(SINK_EXAMPLES) == set(SINKS)


@pytest.mark.parametrize("name", GENERATOR_EXAMPLES)
def test_a_generator_keeps_its_contract(name: str, tmp_path: Path) -> None:
    settings = GENERATOR_EXAMPLES[name](tmp_path)
    check_generator(lambda: create("generator", name, settings))


@pytest.mark.parametrize("name", [name for name in GENERATOR_EXAMPLES if name != "line"])  # which has no model
def test_a_generator_that_can_not_find_its_model_says_so(name: str) -> None:
    generator = create("generator", name, {"model": "no such model"})
    with pytest.raises(LiveartError, match="no such model"):
        generator.open(STAGE)
    generator.close()


@pytest.mark.parametrize("name", SOURCE_EXAMPLES)
def test_a_source_keeps_its_contract(name: str, tmp_path: Path) -> None:
    settings = SOURCE_EXAMPLES[name](tmp_path)
    check_source(lambda: create("source", name, settings))


@pytest.mark.parametrize(("name", "case"), SINK_CASES)
def test_a_sink_keeps_its_contract(name: str, case: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    needed = {"audio": "jack_server", "midi": "midi_server", "midi-clock": "midi_server", "window": "display"}
    if name in needed:
        request.getfixturevalue(needed[name])  # a device, a MIDI system, a screen
    check_sink(create("sink", name, SINK_EXAMPLES[name][case]), str(tmp_path))


class Broken(Generator):
    """Breaks one promise, by the word that it is given."""

    def __init__(self, how: str) -> None:
        self.how = how
        self.params = [Param("x"), Param("opacity" if how == "name" else "x" if how == "twice" else "y")]
        self._opened = 0

    def open(self, stage: Any) -> None:
        self._opened += 1

    def make(self, now: Moment, z: np.ndarray, params: Any) -> Any:
        size = (*now.size[::-1], 3)
        if self.how == "busy" and params["x"] == 1.0:
            raise ValueError("a value that nobody tried")
        return {"range": np.full(size, 1.5), "nan": np.full(size, np.nan), "shape": np.zeros(size[:2]),
                "reopen": np.full(size, self._opened / 10)}.get(self.how, np.zeros(size))


@pytest.mark.parametrize("how", ["name", "twice", "range", "nan", "shape", "reopen", "busy"])
def test_the_contract_sees_each_broken_promise(how: str) -> None:
    with pytest.raises((AssertionError, LiveartError, ValueError)):
        check_generator(lambda: Broken(how))


def test_the_contract_lets_a_good_generator_pass() -> None:
    check_generator(lambda: Broken("not at all"))
    check_params(Broken("not at all"))


def test_the_contract_sees_a_sink_that_alters_what_it_is_sent() -> None:
    class Smear(Sink):
        def send(self, material: Material) -> None:
            assert isinstance(material, Picture)
            material.pixels[:] = 7

    with pytest.raises(AssertionError, match="altered"):
        check_sink(Smear())
