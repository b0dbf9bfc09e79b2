"""The life of a show: patch, board, workers, takes, render."""
