"""Arithmetic on plain numpy arrays: arrays in, arrays out, nothing known of budgets."""
