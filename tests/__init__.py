"""The tests: rooms as in ``app/``; the house rules are tests too."""
