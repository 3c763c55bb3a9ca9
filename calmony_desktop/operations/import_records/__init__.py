"""Bring in the payment provider's records from the files that people really have."""
