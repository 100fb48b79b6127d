"""What the tap and the sandbox believe of e-conomic's APIs, as probes that can be asked.

``python -m contract`` asks the sandbox; with ``--live`` it asks e-conomic.
"""
