"""Addresses that other services call: one module for each. Verify, hand on, answer."""
