"""Makes a moving picture (.gif or .webp) of a folder of numbered PNG files: `make picture` draws the README's."""

from __future__ import annotations

import argparse
from pathlib import Path

from PIL import Image


def main() -> None:
    """Read the folder, write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="of PNG files, as `liveart render -o folder/` writes them")
    parser.add_argument("out", type=Path, help="a .gif, or a .webp (far smaller)")
    parser.add_argument("--fps", type=float, default=12.0)
    args = parser.parse_args()
    frames = [Image.open(file).convert("RGB") for file in sorted(args.folder.glob("*.png"))]
    if not frames:
        parser.error(f"{args.folder} holds no PNG files")
    if args.out.suffix == ".gif":
        frames = [frame.quantize(192, dither=Image.Dither.FLOYDSTEINBERG) for frame in frames]
    frames[0].save(args.out, save_all=True, append_images=frames[1:], duration=1000 / args.fps, loop=0, quality=80)
    print(f"{args.out}: {len(frames)} frames, {args.out.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
