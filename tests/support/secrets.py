"""Texts that stand where secrets do, and must come out nowhere."""

from __future__ import annotations

APP = "T0KEN-of-the-app"
GRANT = "T0KEN-of-the-grant"
BODY = "B0DY-of-an-answer"
SANDBOX = ("sandbox-app-secret", "sandbox-grant-")

TOKENS = (APP, GRANT, *SANDBOX)
"""These stand in no output at all."""
PLANTED = (*TOKENS, BODY)
"""These stand in no log; a body's values do stand in records."""
