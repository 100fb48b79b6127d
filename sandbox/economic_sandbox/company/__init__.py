"""A made-up Danish company and its books."""

from economic_sandbox.company.company import Company

__all__ = ["Company"]
