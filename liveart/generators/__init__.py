"""Generators: models that make material from a point of latent space."""
