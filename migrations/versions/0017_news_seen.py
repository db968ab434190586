"""Until when a person has seen what happened to their tasks; what happened since then is found by its moment

Revision ID: 0017
Revises: 0016

"""
from alembic import op
import sqlalchemy as sa

revision = '0017'
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade():
    # Others point at users: a column is added, the table is never built anew.
    op.add_column('users', sa.Column('news_seen_at', sa.DateTime(timezone=True), nullable=True))
    op.create_index('ix_task_reports_at', 'task_reports', ['at'])


def downgrade():
    op.drop_index('ix_task_reports_at', table_name='task_reports')
    op.drop_column('users', 'news_seen_at')
