"""Models of others, read as data: pickles, torch files and model folders all end as one checked `Model`."""
