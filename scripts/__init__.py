"""What developers run: the demo, the generator of files, the mutants."""
