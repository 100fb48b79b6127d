"""A Danish company and its books: records, operations on them, and their generator."""

from economic_sandbox.company.generator.company import generate_company
from economic_sandbox.company.model.company import Company

__all__ = ["Company", "generate_company"]
