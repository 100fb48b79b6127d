"""The command ``economic-connect``: stores the grant token of a company's agreement."""
