"""Evidence: files hang on a criterion's side, a finding or a task; pictures have a small copy

No version of Soát wrote a row of this table before this step, so it is made anew.

Revision ID: 0003
Revises: 0001

"""
from alembic import op
import sqlalchemy as sa

revision = '0003'
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade():
    op.drop_table('attachments')
    op.create_table('attachments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('op_id', sa.String(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('thumbnail_sha256', sa.String(), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('caption', sa.String(), nullable=False),
    sa.Column('inspection_id', sa.Integer(), nullable=True),
    sa.Column('criterion_id', sa.Integer(), nullable=True),
    sa.Column('side', sa.Text(), nullable=True),
    sa.Column('finding_id', sa.Integer(), nullable=True),
    sa.Column('task_id', sa.Integer(), nullable=True),
    sa.Column('task_report_id', sa.Integer(), nullable=True),
    sa.Column('uploaded_by_id', sa.Integer(), nullable=False),
    sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('(inspection_id IS NULL) <> (task_id IS NULL)', name=op.f('ck_attachments_owner')),
    sa.CheckConstraint('(criterion_id IS NULL) = (side IS NULL)', name=op.f('ck_attachments_side')),
    sa.CheckConstraint('inspection_id IS NULL OR (criterion_id IS NULL) <> (finding_id IS NULL)', name=op.f('ck_attachments_place')),
    sa.ForeignKeyConstraint(['criterion_id'], ['criteria.id'], name=op.f('fk_attachments_criterion_id_criteria')),
    sa.ForeignKeyConstraint(['finding_id'], ['findings.id'], name=op.f('fk_attachments_finding_id_findings')),
    sa.ForeignKeyConstraint(['inspection_id'], ['inspections.id'], name=op.f('fk_attachments_inspection_id_inspections')),
    sa.ForeignKeyConstraint(['task_id'], ['tasks.id'], name=op.f('fk_attachments_task_id_tasks')),
    sa.ForeignKeyConstraint(['task_report_id'], ['task_reports.id'], name=op.f('fk_attachments_task_report_id_task_reports')),
    sa.ForeignKeyConstraint(['uploaded_by_id'], ['users.id'], name=op.f('fk_attachments_uploaded_by_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachments')),
    sa.UniqueConstraint('op_id', name=op.f('uq_attachments_op_id'))
    )
    with op.batch_alter_table('attachments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attachments_sha256'), ['sha256'], unique=False)
        batch_op.create_index('ix_attachments_criterion', ['inspection_id', 'criterion_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_attachments_finding_id'), ['finding_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_attachments_task_id'), ['task_id'], unique=False)


def downgrade():
    op.drop_table('attachments')
    op.create_table('attachments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('op_id', sa.String(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('media_type', sa.String(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('caption', sa.String(), nullable=False),
    sa.Column('inspection_id', sa.Integer(), nullable=True),
    sa.Column('answer_id', sa.Integer(), nullable=True),
    sa.Column('finding_id', sa.Integer(), nullable=True),
    sa.Column('task_report_id', sa.Integer(), nullable=True),
    sa.Column('uploaded_by_id', sa.Integer(), nullable=False),
    sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['answer_id'], ['answers.id'], name=op.f('fk_attachments_answer_id_answers')),
    sa.ForeignKeyConstraint(['finding_id'], ['findings.id'], name=op.f('fk_attachments_finding_id_findings')),
    sa.ForeignKeyConstraint(['inspection_id'], ['inspections.id'], name=op.f('fk_attachments_inspection_id_inspections')),
    sa.ForeignKeyConstraint(['task_report_id'], ['task_reports.id'], name=op.f('fk_attachments_task_report_id_task_reports')),
    sa.ForeignKeyConstraint(['uploaded_by_id'], ['users.id'], name=op.f('fk_attachments_uploaded_by_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachments')),
    sa.UniqueConstraint('op_id', name=op.f('uq_attachments_op_id'))
    )
    with op.batch_alter_table('attachments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attachments_inspection_id'), ['inspection_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_attachments_sha256'), ['sha256'], unique=False)
