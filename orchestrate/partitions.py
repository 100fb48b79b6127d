"""A partition per agreement of the roster."""

import dagster as dg

agreements = dg.DynamicPartitionsDefinition(name="agreement")
