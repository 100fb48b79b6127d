"""A local e-conomic: both APIs of a made-up Danish company, for trying and for testing."""
