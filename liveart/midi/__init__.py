"""MIDI: wire format, ports and clock mathematics; knows no shows."""
