"""Scripts for developers: the demo, the file generator, mutation tests."""
