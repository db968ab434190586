"""The ledger of late dossiers as a page: the kind of cause, when received, new appointments, who wrote it last

Revision ID: 0011
Revises: 0010

"""
from alembic import op
import sqlalchemy as sa

revision = '0011'
down_revision = "0010"
branch_labels = None
depends_on = None

_COLUMNS = ('received_on', 'cause_kind', 'reappointed_times', 'version', 'updated_at', 'updated_by_id')


def upgrade():
    op.add_column('late_dossiers', sa.Column('received_on', sa.Date(), nullable=True))
    op.add_column('late_dossiers', sa.Column('cause_kind', sa.Text(), nullable=True))
    op.add_column('late_dossiers', sa.Column('reappointed_times', sa.Integer(), nullable=True))
    op.add_column('late_dossiers', sa.Column('version', sa.Integer(), server_default='1', nullable=False))
    op.add_column('late_dossiers', sa.Column('updated_at', sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "ALTER TABLE late_dossiers ADD COLUMN updated_by_id INTEGER"
        " CONSTRAINT fk_late_dossiers_updated_by_id_users REFERENCES users (id)"
    )


def downgrade():
    for column in _COLUMNS:
        op.drop_column('late_dossiers', column)
