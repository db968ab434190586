"""Reminders: what was told about tasks, digests of people and mailboxes, and when mail is welcome

Revision ID: 0012
Revises: 0011

"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '0012'
down_revision = "0011"
branch_labels = None
depends_on = None

# users and units are pointed at by others: columns are added to them, they are never built anew.


def upgrade():
    # Others point at users and units: columns are added to them, they are never built anew.
    for table in ('users', 'units'):
        op.add_column(table, sa.Column('email', sa.String(), server_default='', nullable=False))
        op.add_column(table, sa.Column('quiet_from', sa.Integer(), nullable=True))
        op.add_column(table, sa.Column('quiet_to', sa.Integer(), nullable=True))
    op.add_column('users', sa.Column('mail_digest', sa.Boolean(), server_default=sa.true(), nullable=False))
    op.create_table(
        'notices',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=True),
        sa.Column('unit_id', sa.Integer(), nullable=True),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('kind', sa.Text(), nullable=False),
        sa.Column('lines', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('to_mail', sa.Boolean(), nullable=False),
        sa.Column('taken_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('mailed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('tries', sa.Integer(), nullable=False),
        sa.Column('last_error', sa.String(), nullable=False),
        sa.CheckConstraint('(user_id IS NULL) <> (unit_id IS NULL)', name=op.f('ck_notices_recipient')),
        sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_notices_unit_id_units')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_notices_user_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_notices')),
        sa.UniqueConstraint('unit_id', 'day', name=op.f('uq_notices_unit_id_day')),
        sa.UniqueConstraint('user_id', 'day', name=op.f('uq_notices_user_id_day')),
    )
    op.create_index('ix_notices_user_id_read_at', 'notices', ['user_id', 'read_at'])
    op.create_table(
        'reminders',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('notice_id', sa.Integer(), nullable=False),
        sa.Column('task_id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=True),
        sa.Column('unit_id', sa.Integer(), nullable=True),
        sa.Column('topic', sa.Text(), nullable=False),
        sa.Column('counted_from', sa.Date(), nullable=False),
        sa.Column('mark', sa.Integer(), nullable=False),
        sa.CheckConstraint('(user_id IS NULL) <> (unit_id IS NULL)', name=op.f('ck_reminders_recipient')),
        sa.ForeignKeyConstraint(['notice_id'], ['notices.id'], name=op.f('fk_reminders_notice_id_notices')),
        sa.ForeignKeyConstraint(['task_id'], ['tasks.id'], name=op.f('fk_reminders_task_id_tasks')),
        sa.ForeignKeyConstraint(['unit_id'], ['units.id'], name=op.f('fk_reminders_unit_id_units')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_reminders_user_id_users')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_reminders')),
        sa.UniqueConstraint('task_id', 'unit_id', 'topic', 'counted_from', 'mark', name=op.f('uq_reminders_task_id_unit_id_topic_counted_from_mark')),
        sa.UniqueConstraint('task_id', 'user_id', 'topic', 'counted_from', 'mark', name=op.f('uq_reminders_task_id_user_id_topic_counted_from_mark')),
    )
    op.create_index('ix_reminders_notice_id', 'reminders', ['notice_id'])


def downgrade():
    op.drop_table('reminders')
    op.drop_table('notices')
    op.drop_column('users', 'mail_digest')
    for table in ('users', 'units'):
        for column in ('quiet_to', 'quiet_from', 'email'):
            op.drop_column(table, column)
