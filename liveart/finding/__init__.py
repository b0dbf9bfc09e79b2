"""Finding one's way in a model, offline: directions, maps of the space, pictures brought in, blends kept."""
