"""Programs that read the same rows; each is run as a script, in an environment of its own."""
