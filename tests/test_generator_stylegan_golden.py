"""The golden journey of a StyleGAN: a tiny net of fixed weights, whose frames are kept in the repository.

A change that alters what a StyleGAN looks like fails here. When that is what you want, draw it anew:
`python tests/test_generator_stylegan_golden.py`. Frames may differ by one step of 8 bits between processors.
"""

from __future__ import annotations

import itertools
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from stylegan_files import sg2_tensors, write_pkl

from liveart.core.material import Picture
from liveart.show.offline import Offline
from liveart.show.patch_file import parse_patch
from liveart.show.take import read_take

GOLDEN = Path(__file__).parent / "golden"
PATCH = '''
name = "golden"
[clock]
tempo = 120
[picture]
size = [32, 32]
fps = 8
[panel]
port = 0
[players.faces]
generator = "stylegan"
model = "faces.pkl"
precision = "float32"
speed = "plain"
path = { kind = "loop", stations = [3, 17, 4], speed = 0.5 }
params = { truncation = 0.9, noise_speed = 0.25, mix_seed = 8, mix_fine = 0.3 }
'''


def _frames(folder: Path) -> np.ndarray:
    """Return eight frames, uint8 [8, 32, 32, 3], in which the recorded hand moves what it can."""
    write_pkl(folder / "faces.pkl", *sg2_tensors(seed=5))
    show = Offline(parse_patch(PATCH, folder=str(folder)), read_take(GOLDEN / "stylegan.jsonl").events)
    frames = [made.pixels for made in show.materials(1.0) if isinstance(made, Picture)]
    show.close()
    assert not show.troubles
    return np.stack(frames)


def test_the_golden_journey_gives_the_frames_that_are_kept(tmp_path: Path) -> None:
    kept, played = np.load(GOLDEN / "stylegan.npz")["frames"], _frames(tmp_path)
    assert played.shape == kept.shape == (8, 32, 32, 3)
    assert np.abs(played.astype(int) - kept.astype(int)).max() <= 1
    assert all(np.abs(a - b.astype(int)).mean() > 1.0 for a, b in itertools.pairwise(kept))


def test_a_journey_repeats_itself_exactly(tmp_path: Path) -> None:
    assert (_frames(tmp_path) == _frames(tmp_path)).all()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        np.savez_compressed(GOLDEN / "stylegan.npz", frames=_frames(Path(folder)))
