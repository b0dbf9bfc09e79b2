"""Torch modules only: no files, no threads. `registry.build` makes the picture nets by name."""
