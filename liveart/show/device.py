"""Which torch device models run on. Imports torch: workers and offline commands only."""

from __future__ import annotations

from liveart.errors import PatchError, did_you_mean

DEVICES = ("auto", "cpu", "cuda", "mps")


def choose_device(wanted: str) -> str:
    """Return a torch device name; "auto" takes a GPU when there is one. Raises PatchError for one that is absent."""
    import torch

    if wanted.split(":")[0] not in DEVICES:
        raise PatchError(f'there is no device "{wanted}".', did_you_mean(wanted, DEVICES))
    has = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if wanted == "auto":
        return next(name for name in ("cuda", "mps", "cpu") if has[name])
    if not has[wanted.split(":")[0]]:
        raise PatchError(f'device "{wanted}" is not there.', 'Use device = "auto".')
    return wanted
