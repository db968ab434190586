"""What a task said of itself before and after it was put right

Revision ID: 0014
Revises: 0013

"""
from alembic import op
import sqlalchemy as sa

revision = '0014'
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('task_corrections',
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('task_id', sa.Integer(), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=False),
    sa.Column('title_before', sa.String(), nullable=False),
    sa.Column('title_after', sa.String(), nullable=False),
    sa.Column('detail_before', sa.String(), nullable=False),
    sa.Column('detail_after', sa.String(), nullable=False),
    sa.Column('area_before', sa.Text(), nullable=True),
    sa.Column('area_after', sa.Text(), nullable=True),
    sa.Column('directive_before_id', sa.Integer(), nullable=True),
    sa.Column('directive_after_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['report_id'], ['task_reports.id'], name=op.f('fk_task_corrections_report_id_task_reports')),
    sa.ForeignKeyConstraint(['task_id'], ['tasks.id'], name=op.f('fk_task_corrections_task_id_tasks')),
    sa.ForeignKeyConstraint(['directive_before_id'], ['directives.id'], name=op.f('fk_task_corrections_directive_before_id_directives')),
    sa.ForeignKeyConstraint(['directive_after_id'], ['directives.id'], name=op.f('fk_task_corrections_directive_after_id_directives')),
    sa.PrimaryKeyConstraint('report_id', name=op.f('pk_task_corrections'))
    )
    op.create_index('ix_task_corrections_task_id_effective_on', 'task_corrections', ['task_id', 'effective_on'])


def downgrade():
    op.drop_table('task_corrections')
    # What there was before does not know these hops: each becomes the one that says the same of its day.
    for new, old in (
        ('dieu_chinh_han', 'gia_han'),
        ('rut_de_nghi', 'khong_dong_y'),
        ('dinh_chinh', 'tien_do'),
        ('doi_ben_giao', 'tien_do'),
    ):
        op.execute(f"UPDATE task_reports SET action = '{old}' WHERE action = '{new}'")
