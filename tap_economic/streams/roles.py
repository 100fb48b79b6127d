"""Combinations of app roles that may read a stream (the vendor's documentation, "Roles").

``SuperUser`` may read everything.
"""

from __future__ import annotations

SALES = ("SuperUser", "Sales")
BOOKKEEPING = ("SuperUser", "Bookkeeping")
SALES_OR_BOOKKEEPING = ("SuperUser", "Sales", "Bookkeeping")
ANY = ("SuperUser", "Sales", "Bookkeeping", "ProjectEmployee")
PROJECTS = ("SuperUser", "ProjectEmployee")
