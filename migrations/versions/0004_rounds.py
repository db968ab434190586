"""Rounds of scores: the round that counts, the deadline for explanations, and what the unit explains

Revision ID: 0004
Revises: 0003

"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '0004'
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('inspections', schema=None) as batch_op:
        batch_op.add_column(sa.Column('round', sa.Integer(), server_default='1', nullable=False))
        batch_op.add_column(sa.Column('explain_due_on', sa.Date(), nullable=True))
    with op.batch_alter_table('answers', schema=None) as batch_op:
        batch_op.add_column(sa.Column('replaced', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=True))
    op.create_table('explanations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('inspection_id', sa.Integer(), nullable=False),
    sa.Column('criterion_id', sa.Integer(), nullable=False),
    sa.Column('stance', sa.Text(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('updated_by_id', sa.Integer(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("stance <> 'explain' OR text <> ''", name=op.f('ck_explanations_text')),
    sa.ForeignKeyConstraint(['criterion_id'], ['criteria.id'], name=op.f('fk_explanations_criterion_id_criteria')),
    sa.ForeignKeyConstraint(['inspection_id'], ['inspections.id'], name=op.f('fk_explanations_inspection_id_inspections')),
    sa.ForeignKeyConstraint(['updated_by_id'], ['users.id'], name=op.f('fk_explanations_updated_by_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_explanations')),
    sa.UniqueConstraint('inspection_id', 'criterion_id', name=op.f('uq_explanations_inspection_id_criterion_id'))
    )
    with op.batch_alter_table('explanations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_explanations_criterion_id'), ['criterion_id'], unique=False)


def downgrade():
    op.drop_table('explanations')
    with op.batch_alter_table('answers', schema=None) as batch_op:
        batch_op.drop_column('replaced')
    with op.batch_alter_table('inspections', schema=None) as batch_op:
        batch_op.drop_column('explain_due_on')
        batch_op.drop_column('round')
