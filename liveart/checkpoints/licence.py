"""What can honestly be said of a checkpoint's licence, by the name of the pictures that it was trained on."""

from __future__ import annotations

UNKNOWN = "unknown: ask its author"

_NVIDIA = "unknown; those that NVIDIA published of these pictures are under its own licence: no commercial use"
# A word in the file's own name for its pictures → what is known of them. Longer words come first.
_DATA = {
    "metfaces": "MetFaces: CC BY-NC 2.0, no commercial use, as far as known",
    "afhq": "AFHQ: CC BY-NC 4.0, no commercial use, as far as known",
    "ffhq": "FFHQ: CC BY-NC-SA 4.0 as a collection, no commercial use; the photographs have licences of their own",
    "celeba": "CelebA: research only, no commercial use, as far as known",
    "lsun": "LSUN: pictures of the web, for research, as far as known",
    "imagenet": "ImageNet: research only, no commercial use, as far as known",
    "cifar": "CIFAR: pictures of the web, no licence known",
    "brecahd": "BreCaHAD: CC BY 4.0, as far as known",
}


def licence_of(words: str) -> dict[str, str]:
    """Return a licence table for a checkpoint of whose pictures `words` is what the file says ("" for nothing)."""
    name = words.replace("\\", "/").rstrip("/").rpartition("/")[2]
    for word, data in _DATA.items():
        if word in words.lower():
            return {"weights": _NVIDIA, "data": data, "credit": ""}
    return {"weights": UNKNOWN, "data": f'unknown; the file calls it "{name}"' if name else UNKNOWN,
            "credit": ""}
