"""Values in, file out; file in, values out."""
