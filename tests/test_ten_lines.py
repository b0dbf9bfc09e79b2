"""A part of one's own is ten lines: a generator, a source and a sink, found by file name and put to work."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from examples import check_generator, check_sink, check_source

from liveart.core.registry import find_part

PLASMA = '''
import numpy as np
from liveart import Generator, Param

class Plasma(Generator):
    params = [Param("speed", 0.5, -2.0, 2.0, kind="rate"), Param("zoom", 3.0, 0.5, 9.0, glide=0.2)]

    def make(self, now, z, params):
        y, x = np.mgrid[0:1:now.size[1] * 1j, 0:1:now.size[0] * 1j] * params["zoom"]
        waves = np.sin(x + params["speed_position"]) + np.sin(y * 1.3) + np.sin(x - y)
        return 0.5 + 0.5 * np.cos(waves[..., None] * 2.0 + np.array([0.0, 2.1, 4.2]))
'''

HUM = '''
import numpy as np
from liveart import Generator, Param

class Hum(Generator):
    kind = "sound"
    params = [Param("pitch", 110.0, 40.0, 880.0, unit="Hz", curve="log", glide=0.1)]

    def make(self, now, z, params):
        t = now.time + np.arange(now.frames) / now.rate
        return 0.3 * np.sin(2 * np.pi * params["pitch"] * t).astype(np.float32)
'''

TIDE = '''
import math
from liveart import Source

class Tide(Source):
    def __init__(self, address="/liveart/paint/zoom", bars=8):
        self.address, self.bars = address, bars

    def tick(self, now):
        yield f"{self.address}/norm", 0.5 + 0.5 * math.sin(2 * math.pi * now.beat / 4 / self.bars)
'''

METER = '''
from liveart import Sink

class Meter(Sink):
    takes = {"sound"}
    peak = 0.0

    def send(self, material):
        self.peak = max(self.peak, float(abs(material.samples).max()))
'''


@pytest.mark.parametrize("text", [PLASMA, HUM, TIDE, METER])
def test_each_of_them_is_ten_lines_at_most(text: str) -> None:
    assert len([line for line in text.splitlines() if line.strip()]) <= 10


@pytest.mark.parametrize(("text", "name"), [(PLASMA, "Plasma"), (HUM, "Hum")])
def test_a_generator_of_ones_own_keeps_the_contract(tmp_path: Path, text: str, name: str) -> None:
    (tmp_path / "my.py").write_text(text)
    check_generator(lambda: find_part("generator", f"my.py:{name}", tmp_path)())


def test_a_source_of_ones_own_keeps_the_contract(tmp_path: Path) -> None:
    (tmp_path / "my.py").write_text(TIDE)
    check_source(lambda: find_part("source", "my.py:Tide", tmp_path)(bars=2))


def test_a_sink_of_ones_own_keeps_the_contract_and_does_its_work(tmp_path: Path) -> None:
    (tmp_path / "my.py").write_text(METER)
    meter = find_part("sink", "my.py:Meter", tmp_path)()
    check_sink(meter)
    assert meter.peak == np.float32(0.5)
