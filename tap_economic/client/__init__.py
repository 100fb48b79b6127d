"""HTTP client and wire formats of both APIs, independent of Singer."""
