"""HTTP and the wire format of both APIs; nothing in here knows of Singer."""
