"""No address answers with 500: every GET and POST, as every kind of person, with whatever can be sent.

``test_addresses.py`` is the short run of ``make test``: the same requests every time. ``python -m tests.fuzz
--seconds 120`` goes on for two minutes as each role, with other requests at each ``--seed``.
"""
