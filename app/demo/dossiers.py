"""Dossier figures of the two public reports; what a report does not say stays unreported (``None``)."""

from __future__ import annotations

# Phường Cầu Tre, 01/01–15/9/2022: no split of the received and resolved dossiers but these.
WARD = {
    "received_total": 4545,
    "received_online": 2756,
    "resolved_total": 4545,
    "resolved_late": 4,
    "processing_total": 0,
}
# Thành phố Bắc Kạn, 01/01/2021–30/6/2022.
CITY = {
    "received_total": 10363,
    "received_online": 832,
    "received_direct": 9465,
    "carried_over": 66,
    "resolved_total": 10261,
    "resolved_early": 7620,
    "resolved_on_time": 2641,
    "resolved_late": 0,
    "processing_total": 102,
    "processing_in_time": 102,
    "processing_overdue": 0,
}
CITY_EXTRA = {
    "postal_total": 1247,
    "postal_in": 390,
    "postal_out": 857,
    "procedures_total": 258,
    "procedures_postal": 133,
}
