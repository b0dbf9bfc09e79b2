"""The type of the feature maps of a picture net: half the bytes wherever the processor multiplies them natively."""

from __future__ import annotations

from typing import Any

from liveart.errors import PatchError, did_you_mean

PRECISIONS = ("auto", "float32", "bfloat16", "float16")


def checked_precision(word: str) -> str:
    """Return a precision of the patch. Raises PatchError, with the nearest, for one that there is not."""
    if word not in PRECISIONS:
        raise PatchError(f'there is no precision "{word}".', did_you_mean(str(word), PRECISIONS))
    return word


def dtype_for(precision: str, device: Any) -> Any:
    """Return the torch dtype for a torch device."""
    import torch

    if precision != "auto":
        return getattr(torch, precision)
    if device.type != "cpu":
        return torch.float16
    has_bfloat16 = getattr(torch.cpu, "_is_avx512_bf16_supported", bool)()
    return torch.bfloat16 if has_bfloat16 else torch.float32
