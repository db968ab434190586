"""From which address a session was opened; when an account was signed in with last, and opened again

Revision ID: 0018
Revises: 0017

"""
from alembic import op
import sqlalchemy as sa

revision = '0018'
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade():
    # Others point at users: columns are added, the table is never built anew.
    op.add_column('user_sessions', sa.Column('address', sa.String(), server_default='', nullable=False))
    op.add_column('users', sa.Column('signed_in_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('users', sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True))
    # The trail knows it since the first day, so that nobody counts as idle who is not.
    users = sa.table('users', sa.column('id'), sa.column('signed_in_at'))
    events = sa.table('audit_events', sa.column('user_id'), sa.column('action'), sa.column('at'))
    last = (
        sa.select(sa.func.max(events.c.at))
        .where(
            events.c.user_id == users.c.id,
            events.c.action.in_(['user.sign_in', 'user.sign_in_by_provider']),
        )
        .scalar_subquery()
    )
    op.execute(users.update().values(signed_in_at=last))


def downgrade():
    op.drop_column('users', 'opened_at')
    op.drop_column('users', 'signed_in_at')
    op.drop_column('user_sessions', 'address')
