"""A made-up Danish company and its books."""

from tap_economic.sandbox.company.company import Company

__all__ = ["Company"]
