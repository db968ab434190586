"""Addresses are confirmed by a letter before digests go there; when the bytes of an uploaded list were let go

Revision ID: 0015
Revises: 0014

"""
from datetime import UTC, datetime

from alembic import op
import sqlalchemy as sa

revision = '0015'
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade():
    # Others point at users and units: columns are added to them, they are never built anew.
    moment = datetime.now(UTC)
    if op.get_bind().dialect.name == 'sqlite':
        moment = moment.replace(tzinfo=None)
    for name in ('users', 'units'):
        op.add_column(name, sa.Column('email_confirmed_at', sa.DateTime(timezone=True), nullable=True))
        # What the office had typed so far goes on as it did.
        table = sa.table(
            name, sa.column('email', sa.String()), sa.column('email_confirmed_at', sa.DateTime(timezone=True))
        )
        op.execute(table.update().where(table.c.email != '').values(email_confirmed_at=moment))
    op.add_column('import_jobs', sa.Column('swept_at', sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        'address_letters',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=True),
        sa.Column('unit_id', sa.Integer(), nullable=True),
        sa.Column('address', sa.String(), nullable=False),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('error', sa.String(), nullable=False),
        sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint('(user_id IS NULL) <> (unit_id IS NULL)', name=op.f('ck_address_letters_recipient')),
        sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_address_letters_unit_id_units')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_address_letters_user_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_address_letters')),
    )
    op.create_index('ix_address_letters_user_id', 'address_letters', ['user_id'])
    op.create_index('ix_address_letters_unit_id', 'address_letters', ['unit_id'])
    op.create_index('ix_address_letters_address', 'address_letters', ['address'])


def downgrade():
    op.drop_table('address_letters')
    op.drop_column('import_jobs', 'swept_at')
    for name in ('units', 'users'):
        op.drop_column(name, 'email_confirmed_at')
