"""The Singer layer on the SDK: streams, messages, catalogs and state."""
