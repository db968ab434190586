"""The rules of an inspection: pure values and functions, standard library only."""
