"""What touches the SDK: streams, messages, catalogs and states."""
