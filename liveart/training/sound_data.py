"""Sounds to learn from: read from a folder at 48 kHz, evened in loudness, heard at several pitches, cut at random."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from liveart.errors import TrainingError
from liveart.nets.band_ear import HOP, PAST, RATE, BandEar

from .recordings import SUFFIXES, read_recording

SHIFTS = (0.0, -7.0, -3.5, 2.5, 5.0, 12.0)  # semitones: each sound as a slower or faster tape
LOUD = 0.18              # RMS (-15 dBFS) that the loud stretches of each sound are brought to
HIGHEST = 0.7            # peak
_QUIET = 0.006           # of that evened sound: stretches below (-44 dBFS) are not begun with
_SHORTEST = 0.1          # s
_LEAD = 16               # hops of silence before each sound, so that beginnings are learnt


@dataclass(frozen=True, slots=True)
class Sound:
    """One sound: samples [PAST + hops * HOP], silence first; its power [hops, BANDS]; hops where crops may begin."""

    name: str
    samples: Tensor
    power: Tensor
    starts: Tensor

    @property
    def hops(self) -> int:
        """How many hops it is long."""
        return len(self.power)


@dataclass(slots=True)
class Sounds:
    """What a folder gave: sounds to learn from, sounds held out for judging, and files left out with the reason."""

    learnt: list[Sound] = field(default_factory=list)
    held_out: list[Sound] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    odds: Tensor = field(default_factory=lambda: torch.zeros(0))  # [learnt], adding up to 1

    def mix_in(self, more: Sequence[Sound], share: float) -> None:
        """Learn `more` as well, with a share 0..1 of the odds for them all."""
        old = self.odds * (1.0 - share if self.learnt else 0.0)
        self.learnt.extend(more)
        self.odds = torch.cat([old, _odds(more) * share])
        self.odds /= self.odds.sum()


@dataclass(frozen=True, slots=True)
class Crops:
    """A batch: samples [B, hops * HOP] and power in bands [B, hops, BANDS]."""

    samples: Tensor
    power: Tensor

    def to(self, device: torch.device) -> Crops:
        """Return the same on `device`."""
        return Crops(self.samples.to(device), self.power.to(device))


def read_sound(path: Path, rate: int = RATE) -> np.ndarray:
    """Return a sound file as mono float32 [samples] at `rate`. Raises TrainingError when it is of no use, or silent."""
    samples = read_recording(path, rate, _SHORTEST)
    if np.abs(samples).max() < 1e-4:
        raise TrainingError("silent.")
    return samples


def evened(samples: np.ndarray) -> np.ndarray:
    """Return samples without DC whose loud stretches (the 90th of 100 parts of 50 ms) have the RMS LOUD.

    Strokes, short and high, stay softer: no sample is beyond HIGHEST.
    """
    samples = samples - samples.mean()
    size = RATE // 20
    whole = np.pad(samples, (0, -len(samples) % size)).reshape(-1, size)
    loud = float(np.quantile(np.sqrt((whole**2).mean(1)), 0.9))
    gain = min(LOUD / max(loud, 1e-6), HIGHEST / max(float(np.abs(samples).max()), 1e-6))
    out: np.ndarray = (samples * gain).astype(np.float32)
    return out


def prepared(name: str, samples: np.ndarray, ear: BandEar, crop: int) -> Sound:
    """Return `samples` (at RATE) evened, with silence around, and heard; crops are `crop` hops long."""
    hops = max(_LEAD + -(-len(samples) // HOP), crop)
    whole = torch.zeros(PAST + hops * HOP)
    whole[PAST + _LEAD * HOP :][: len(samples)] = torch.from_numpy(evened(samples))
    parts = [ear(whole[None, at * HOP : PAST + min(at + 512, hops) * HOP])[0] for at in range(0, hops, 512)]
    loud = whole[PAST:].view(hops, HOP).square().mean(1)
    follow = torch.nn.functional.avg_pool1d(torch.nn.functional.pad(loud, [0, 31])[None], 32, 1)[0]
    starts = (follow[: hops - crop + 1] > _QUIET**2).nonzero()[:, 0]
    return Sound(name, whole, torch.cat(parts), starts if len(starts) else torch.zeros(1, dtype=torch.long))


def read_folder(folder: Path, crop: int, held_out: float, seed: int, keep: Sequence[str] | None = None) -> Sounds:
    """Return the sounds under `folder`, a share `held_out` of the files (or those named in `keep`) set aside.

    Files that are broken, too short or silent are left out and named. Raises TrainingError when the folder does not
    exist or nothing in it can be used.
    """
    if not folder.is_dir():
        raise TrainingError(f"there is no folder {folder}.", 'Give a folder of sounds, or "computed".')
    sounds, ear = Sounds(), BandEar()
    usable: dict[str, Path] = {}
    for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES):
        name = path.relative_to(folder).as_posix()
        try:
            read_sound(path)
        except TrainingError as error:
            sounds.skipped[name] = str(error)
            continue
        usable[name] = path
    if not usable:
        raise TrainingError(f"no sound in {folder} can be used ({len(sounds.skipped)} files left out).",
                            f"It takes {', '.join(sorted(SUFFIXES))}; or use \"computed\".")
    aside = set(keep if keep is not None else _drawn(list(usable), held_out, seed))
    learnt = []
    for name, path in usable.items():
        if name in aside:
            sounds.held_out.append(prepared(name, read_sound(path), ear, crop))
            continue
        for shift in SHIFTS:  # a file read as if it were of another rate
            samples = read_sound(path, round(RATE * 2.0 ** (-shift / 12.0)))
            learnt.append(prepared(name, samples, ear, crop))
    sounds.mix_in(learnt, 1.0)
    return sounds


def _odds(sounds: Sequence[Sound]) -> Tensor:
    """Return the odds [sounds] of each sound: longer ones more often, but not by all of their length."""
    lengths = torch.tensor([float(len(sound.starts)) for sound in sounds]).sqrt()
    return lengths / lengths.sum()


def _drawn(names: list[str], share: float, seed: int) -> Iterable[str]:
    order = np.random.RandomState(seed).permutation(len(names))
    return (names[i] for i in order[: int(share * len(names))])


def draw(sounds: Sounds, count: int, hops: int, chance: torch.Generator) -> Crops:
    """Return `count` crops of `hops` hops, each up to 6 dB louder or softer."""
    chosen = torch.multinomial(sounds.odds, count, replacement=True, generator=chance).tolist()
    gains = 10.0 ** ((torch.rand(count, generator=chance) - 0.5) * 0.6)
    places = torch.rand(count, generator=chance)
    samples, power = [], []
    for index, gain, place in zip(chosen, gains, places, strict=True):
        sound = sounds.learnt[index]
        start = int(sound.starts[int(place * len(sound.starts))])
        samples.append(sound.samples[PAST + start * HOP :][: hops * HOP] * gain)
        power.append(sound.power[start : start + hops] * gain**2)
    return Crops(torch.stack(samples), torch.stack(power))
