"""The sheets of the minutes' workbook, one module each, and what they share."""
