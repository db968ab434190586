"""Sign-offs: members confirm the result of their areas, disagree in writing, and the head decides

Revision ID: 0005
Revises: 0004

"""
from alembic import op
import sqlalchemy as sa

revision = '0005'
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('area_signoffs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('inspection_id', sa.Integer(), nullable=False),
    sa.Column('area_id', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('max_points', sa.Integer(), nullable=False),
    sa.Column('answered', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('last_change_id', sa.Integer(), nullable=True),
    sa.Column('opinion', sa.String(), nullable=False),
    sa.Column('opinion_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decision', sa.Text(), nullable=True),
    sa.Column('decision_reason', sa.String(), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("decision IS NULL OR opinion <> ''", name=op.f('ck_area_signoffs_decision')),
    sa.ForeignKeyConstraint(['area_id'], ['areas.id'], name=op.f('fk_area_signoffs_area_id_areas')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['users.id'], name=op.f('fk_area_signoffs_decided_by_id_users')),
    sa.ForeignKeyConstraint(['inspection_id'], ['inspections.id'], name=op.f('fk_area_signoffs_inspection_id_inspections')),
    sa.ForeignKeyConstraint(['last_change_id'], ['answer_changes.id'], name=op.f('fk_area_signoffs_last_change_id_answer_changes')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_area_signoffs_user_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_area_signoffs')),
    sa.UniqueConstraint('inspection_id', 'area_id', 'round', 'user_id', name=op.f('uq_area_signoffs_inspection_id_area_id_round_user_id'))
    )
    with op.batch_alter_table('area_signoffs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_area_signoffs_area_id'), ['area_id'], unique=False)

    for table in ('campaigns', 'delegations'):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column('maker_left_at', sa.DateTime(timezone=True), nullable=True))


def downgrade():
    for table in ('delegations', 'campaigns'):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column('maker_left_at')
    op.drop_table('area_signoffs')
