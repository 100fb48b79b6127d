"""The page at ``/``, for browsers."""

from economic_sandbox.page.page import Page

__all__ = ["Page"]
