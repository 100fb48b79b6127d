"""From what the API sent to what a typed target can store."""
