"""Singer tap for Visma e-conomic."""
