"""Follow-up: what figures of past days are read from, kinds and files of directives, series, conclusions

Revision ID: 0010
Revises: 0009

"""
from datetime import UTC, timedelta, timezone

from alembic import op
import sqlalchemy as sa

revision = '0010'
down_revision = "0009"
branch_labels = None
depends_on = None

# Tables that others point at are not built anew: on SQLite that would take their rows away for a moment.
_LINKS = (
    ('directives', 'inspection_id', 'inspections'),
    ('tasks', 'finding_id', 'findings'),
    ('tasks', 'reinspection_id', 'inspections'),
    ('tasks', 'series_id', 'tasks'),
    ('tasks', 'handed_over_from_id', 'tasks'),
    ('findings', 'handed_to_unit_id', 'units'),
)
_ONE_OWNER = " + ".join(
    f"(CASE WHEN {name} IS NULL THEN 0 ELSE 1 END)" for name in ('inspection_id', 'task_id', 'directive_id')
)


def upgrade():
    for table, column, target in _LINKS:
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {column} INTEGER"
            f" CONSTRAINT fk_{table}_{column}_{target} REFERENCES {target} (id)"
        )
        op.create_index(f'ix_{table}_{column}', table, [column], unique=table == 'directives')
    op.create_index('ix_tasks_assigner_unit_id', 'tasks', ['assigner_unit_id'])
    op.add_column('directives', sa.Column('kind', sa.Text(), server_default='cong_van', nullable=False))
    op.add_column('tasks', sa.Column('area', sa.Text(), nullable=True))
    op.add_column('tasks', sa.Column('period_label', sa.String(), server_default='', nullable=False))
    op.add_column('findings', sa.Column('remedied_on', sa.Date(), nullable=True))
    op.add_column('task_reports', sa.Column('effective_on', sa.Date(), server_default='2000-01-01', nullable=False))
    op.add_column('task_reports', sa.Column('due', sa.Date(), nullable=True))
    op.add_column('task_reports', sa.Column('completed_on', sa.Date(), nullable=True))
    _fill_history()
    if op.get_bind().dialect.name == 'postgresql':
        op.alter_column('task_reports', 'effective_on', server_default=None)
    op.drop_index('ix_task_reports_task_id', table_name='task_reports')
    op.create_index('ix_task_reports_task_id_effective_on', 'task_reports', ['task_id', 'effective_on'])
    with op.batch_alter_table('attachments', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_attachments_owner'), type_='check')
        batch_op.add_column(sa.Column('directive_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_attachments_directive_id_directives'), 'directives', ['directive_id'], ['id'])
        batch_op.create_index(batch_op.f('ix_attachments_directive_id'), ['directive_id'], unique=False)
        batch_op.create_check_constraint(batch_op.f('ck_attachments_owner'), f"{_ONE_OWNER} = 1")


def _fill_history():
    """What each hop left behind: the due date and the day of completion that counted from then on.

    A task that came from elsewhere as it stands has no hop for that: it gets one, on the day of its completion or
    of its assignment, so that the figures as of any day agree with the task.
    """
    task = sa.table(
        'tasks',
        sa.column('id'), sa.column('workflow'), sa.column('created_by_id'),
        sa.column('created_at', sa.DateTime(timezone=True)),
        *(sa.column(name, sa.Date()) for name in ('assigned_on', 'due_original', 'due_current', 'completed_on')),
    )
    hop = sa.table(
        'task_reports',
        *(sa.column(name) for name in (
            'id', 'task_id', 'action', 'text', 'product_number', 'product_link', 'workflow_before', 'workflow_after', 'user_id'
        )),
        sa.column('at', sa.DateTime(timezone=True)),
        *(sa.column(name, sa.Date()) for name in ('due_after', 'effective_on', 'due', 'completed_on')),
    )
    connection = op.get_bind()
    hops = {}
    for row in connection.execute(sa.select(hop).order_by(hop.c.id)):
        hops.setdefault(row.task_id, []).append(row)
    filled, closing = [], []
    for row in connection.execute(sa.select(task).order_by(task.c.id)):
        state, due, reported = None, row.due_original, None
        for one in hops.get(row.id, ()):
            at = one.at if one.at.tzinfo else one.at.replace(tzinfo=UTC)
            day = at.astimezone(timezone(timedelta(hours=7))).date()
            if one.action == 'giao':
                day = min(day, row.assigned_on)
            if one.action == 'bao_cao':
                reported = day
            if one.action == 'gia_han':
                due = one.due_after
            state = one.workflow_after
            done_on = (reported or row.completed_on) if state == 'hoan_thanh' else None
            filled.append({'hop_id': one.id, 'day': day, 'now_due': due, 'done_on': done_on})
        if (state, due) != (row.workflow, row.due_current):
            closing.append({
                'task_id': row.id,
                'action': 'giao' if state is None else 'xac_nhan' if row.workflow == 'hoan_thanh' else 'tiep_nhan',
                'text': '', 'product_number': '', 'product_link': '',
                'workflow_before': state, 'workflow_after': row.workflow, 'user_id': row.created_by_id,
                'at': row.created_at, 'effective_on': row.completed_on or row.assigned_on,
                'due': row.due_current, 'completed_on': row.completed_on,
            })
    if filled:
        connection.execute(
            sa.update(hop).where(hop.c.id == sa.bindparam('hop_id')).values(
                effective_on=sa.bindparam('day'), due=sa.bindparam('now_due'), completed_on=sa.bindparam('done_on')
            ),
            filled,
        )
    if closing:
        connection.execute(sa.insert(hop), closing)


def downgrade():
    op.execute("DELETE FROM attachments WHERE directive_id IS NOT NULL")
    with op.batch_alter_table('attachments', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_attachments_owner'), type_='check')
        batch_op.drop_index(batch_op.f('ix_attachments_directive_id'))
        batch_op.drop_constraint(batch_op.f('fk_attachments_directive_id_directives'), type_='foreignkey')
        batch_op.drop_column('directive_id')
        batch_op.create_check_constraint(batch_op.f('ck_attachments_owner'), '(inspection_id IS NULL) <> (task_id IS NULL)')
    op.drop_index('ix_task_reports_task_id_effective_on', table_name='task_reports')
    op.create_index('ix_task_reports_task_id', 'task_reports', ['task_id'])
    for table, columns in (
        ('task_reports', ('completed_on', 'due', 'effective_on')),
        ('findings', ('remedied_on',)),
        ('tasks', ('period_label', 'area')),
        ('directives', ('kind',)),
    ):
        for column in columns:
            op.drop_column(table, column)
    op.drop_index('ix_tasks_assigner_unit_id', table_name='tasks')
    for table, column, _target in reversed(_LINKS):
        op.drop_index(f'ix_{table}_{column}', table_name=table)
        op.drop_column(table, column)
