"""Where the schemas of the streams come from: the vendor's, our corrections, our words."""
