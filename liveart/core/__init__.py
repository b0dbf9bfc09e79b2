"""Values and mathematics of the instrument: numpy and the standard library only."""
