"""Records: from the API's JSON to values that a typed target can store."""
