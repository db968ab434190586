"""Supervision: field visits (điểm khảo sát) belong to the session with the unit above

Revision ID: 0006
Revises: 0005

"""
from alembic import op
import sqlalchemy as sa

revision = '0006'
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('inspections', schema=None) as batch_op:
        batch_op.add_column(sa.Column('parent_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_inspections_parent_id_inspections'), 'inspections', ['parent_id'], ['id'])
        batch_op.create_check_constraint(batch_op.f('ck_inspections_parent'), 'parent_id <> id')
        batch_op.create_index(batch_op.f('ix_inspections_parent_id'), ['parent_id'], unique=False)


def downgrade():
    with op.batch_alter_table('inspections', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_inspections_parent_id'))
        batch_op.drop_constraint(batch_op.f('ck_inspections_parent'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_inspections_parent_id_inspections'), type_='foreignkey')
        batch_op.drop_column('parent_id')
