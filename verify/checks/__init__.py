"""Checks: values in, findings out. Each says 待核实 (to be checked), never more."""
