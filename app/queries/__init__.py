"""Reads: one question each, as few SELECTs as it takes; models or domain values come out."""
