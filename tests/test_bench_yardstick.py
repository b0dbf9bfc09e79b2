"""`liveart bench --yardstick` compares our StyleGANs with the plain ones and says what it found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from stylegan_files import sg2_tensors, write_pkl

from liveart.cli import bench_yardstick, main
from liveart.cli.bench_yardstick import measure_load, measure_yardstick

NETS = ("stylegan2_float32", "stylegan2_bfloat16", "stylegan3_t_float32", "stylegan3_t_bfloat16")


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    return measure_yardstick(size=32, turns=1, slow_turns=1, channel_base=128, channel_max=16)


@pytest.mark.parametrize("name", NETS)
def test_each_net_has_its_time_its_ratio_and_its_error(figures: dict[str, Any], name: str) -> None:
    found = figures[name]
    assert found["faster"] == pytest.approx(found["plain_ms"] / found["ms"])
    limit = 2e-2 if "bfloat16" in name else 1e-4 if "stylegan2" in name else 1e-3
    assert 0 <= found["error"] <= limit


def test_a_file_s_loading_is_measured(tmp_path: Path) -> None:
    write_pkl(tmp_path / "tiny.pkl", *sg2_tensors())
    load = measure_load(str(tmp_path / "tiny.pkl"))["load"]
    assert load["read_s"] > 0
    assert load["weights_mb"] > 0


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_the_command_prints_it_and_plays_nothing(figures: dict[str, Any], flags: list[str],
                                                 monkeypatch: pytest.MonkeyPatch,
                                                 capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(bench_yardstick, "measure_yardstick", lambda: figures)
    assert main(["bench", "--yardstick", *flags]) == 0
    said = capsys.readouterr().out
    if flags:
        assert set(NETS) <= set(json.loads(said))
    else:
        assert all(name.replace("_", " ") in said for name in NETS)
        assert "x faster" in said
