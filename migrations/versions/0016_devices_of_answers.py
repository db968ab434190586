"""Which device an answer came from: one person may hold two tablets

Revision ID: 0016
Revises: 0015

"""
from alembic import op
import sqlalchemy as sa

revision = '0016'
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade():
    # Nothing is known of the devices of earlier answers: they conflict with nobody's.
    op.add_column('answer_changes', sa.Column('device', sa.String(), nullable=False, server_default=''))


def downgrade():
    op.drop_column('answer_changes', 'device')
