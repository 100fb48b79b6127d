"""A fleet: Dagster runs the Meltano project for one agreement at a time, for all in the roster."""
