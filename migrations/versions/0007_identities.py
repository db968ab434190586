"""Identities: who a provider says the person of an account is; proofs that were used

Revision ID: 0007
Revises: 0006

"""
from alembic import op
import sqlalchemy as sa

revision = '0007'
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('identities',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('issuer', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('linked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_identities_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_identities')),
    sa.UniqueConstraint('issuer', 'subject', name=op.f('uq_identities_issuer_subject')),
    sa.UniqueConstraint('user_id', 'issuer', name=op.f('uq_identities_user_id_issuer'))
    )
    op.create_table('used_proofs',
    sa.Column('nonce_sha256', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('nonce_sha256', name=op.f('pk_used_proofs'))
    )
    with op.batch_alter_table('used_proofs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_used_proofs_at'), ['at'], unique=False)

    # SQLite copies the table for the foreign key; nothing refers to it, so nothing is lost.
    with op.batch_alter_table('user_sessions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('identity_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_user_sessions_identity_id'), ['identity_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_user_sessions_identity_id_identities'), 'identities', ['identity_id'], ['id'], ondelete='CASCADE')


def downgrade():
    with op.batch_alter_table('user_sessions', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_user_sessions_identity_id_identities'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_user_sessions_identity_id'))
        batch_op.drop_column('identity_id')

    with op.batch_alter_table('used_proofs', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_used_proofs_at'))

    op.drop_table('used_proofs')
    op.drop_table('identities')
