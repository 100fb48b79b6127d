"""Programs that read the same rows; each is run as a script in a separate environment."""
