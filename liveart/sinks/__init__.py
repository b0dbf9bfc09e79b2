"""Sinks: where material leaves for."""
