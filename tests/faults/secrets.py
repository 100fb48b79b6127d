"""Texts that stand where secrets do, and must come out nowhere."""

from __future__ import annotations

APP = "T0KEN-of-the-app"
GRANT = "T0KEN-of-the-grant"
BODY = "B0DY-of-an-answer"
SANDBOX = ("sandbox-app-secret", "sandbox-grant-")

PLANTED = (APP, GRANT, BODY, *SANDBOX)
