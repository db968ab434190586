"""The hash of a file as the device sent it

Revision ID: 0009
Revises: 0008

"""
from alembic import op
import sqlalchemy as sa

revision = '0009'
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('attachments', sa.Column('received_sha256', sa.String(), nullable=True))


def downgrade():
    op.drop_column('attachments', 'received_sha256')
