"""Text from the browser in, domain values out."""
