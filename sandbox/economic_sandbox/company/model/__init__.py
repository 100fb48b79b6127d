"""The plain records of a company."""
