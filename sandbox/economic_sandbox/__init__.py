"""A local e-conomic: both APIs of a generated Danish company, for testing integrations."""
