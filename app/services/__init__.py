"""Verbs: one transaction each, committed once, last; a verb calls no verb."""
