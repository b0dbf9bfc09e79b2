"""The golden takes: recorded performances whose frames and samples are kept in the repository.

A change that alters what a show looks or sounds like fails here. When that is what you want, draw it anew:
`python tests/test_golden.py`. The numbers may differ by one step of 8 (picture) or 12 bits (sound) between
processors; that a run repeats itself exactly on one machine is held by test_offline.py.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from own_parts import write_patch

from liveart.core.material import Picture
from liveart.show.offline import Offline
from liveart.show.patch_file import read_patch
from liveart.show.take import read_take

GOLDEN = Path(__file__).parent / "golden"
CUES = '''
[cues.one]
morph = 1
values = { "field/level" = 1.0, "tone/hz" = 880.0, "journey/speed/position" = 7.5 }

[cues.two]
morph = 0.5
quantum = "beat"
curve = "out"
values = { "field/level" = 0.0, "field/opacity" = 0.6, "tone/hz" = 220.0, "journey/speed" = 2.0 }
'''
LFO = '[sources.breath]\nkind = "lfo"\ntarget = "/liveart/field/opacity"\nbeats = 3\nlow = 0.5\n'


TAKES = {"take": LFO, "cues": CUES}


def _played(name: str, folder: Path) -> dict[str, np.ndarray]:
    """Return one pixel of every frame and every eighth sample, in whole steps."""
    show = Offline(read_patch(write_patch(folder, TAKES[name])), read_take(GOLDEN / f"{name}.jsonl").events)
    materials = list(show.materials(1.5))
    show.close()
    assert not show.troubles
    frames = [m.pixels[12, 16] for m in materials if isinstance(m, Picture)]
    samples = np.concatenate([m.samples for m in materials if not isinstance(m, Picture)])
    return {"frames": np.stack(frames), "samples": np.round(samples[::8] * 2048).astype(np.int16)}


@pytest.mark.parametrize("take", TAKES)
def test_a_golden_take_gives_the_frames_and_samples_that_are_kept(take: str, tmp_path: Path) -> None:
    kept, played = np.load(GOLDEN / f"{take}.npz"), _played(take, tmp_path)
    for name, numbers in played.items():
        assert numbers.shape == kept[name].shape, name
        assert np.abs(numbers.astype(int) - kept[name].astype(int)).max() <= 1, name


@pytest.mark.parametrize("take", TAKES)
def test_a_golden_take_is_worth_keeping(take: str) -> None:
    kept = np.load(GOLDEN / f"{take}.npz")
    assert len(np.unique(kept["frames"], axis=0)) > 20
    assert np.abs(kept["samples"]).max() > 200


if __name__ == "__main__":
    for take in TAKES:
        with tempfile.TemporaryDirectory() as folder:
            np.savez_compressed(GOLDEN / f"{take}.npz", **_played(take, Path(folder)))
