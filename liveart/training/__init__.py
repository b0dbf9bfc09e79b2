"""Training: from a folder of pictures (or sounds) to a model folder that plays."""
