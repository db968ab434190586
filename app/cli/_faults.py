"""What a list or workbook that is carried in lacks, told in a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from ..documents.faults import Faults
from ..domain.refusals import Refused


@contextmanager
def telling_faults() -> Iterator[None]:
    """A line for each fault, or the sentence of a refusal; the command ends with code 1."""
    try:
        yield
    except Faults as refusal:
        for fault in refusal.faults:
            click.echo(fault.short)
        raise click.exceptions.Exit(1) from None
    except Refused as refusal:
        click.echo(str(refusal))
        raise click.exceptions.Exit(1) from None
