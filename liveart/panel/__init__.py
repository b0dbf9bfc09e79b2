"""The panel: a web page to play the instrument from."""
