"""Keep evidence about integrity confidential.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "evidence",
        sa.Column("is_confidential", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    evidence, complaint, beside, serving = (
        sa.table("evidence", sa.column("id"), sa.column("is_confidential")),
        sa.table("complaint", sa.column("id"), sa.column("is_integrity", sa.Boolean())),
        sa.table("complaint_evidence", sa.column("complaint_id"), sa.column("evidence_id")),
        sa.table("finding_evidence", sa.column("evidence_id")),
    )
    of_integrity = (
        sa.select(beside.c.evidence_id)
        .join(complaint, complaint.c.id == beside.c.complaint_id)
        .where(complaint.c.is_integrity)
    )
    op.execute(
        sa.update(evidence)
        .where(evidence.c.id.in_(of_integrity))
        .where(evidence.c.id.not_in(sa.select(serving.c.evidence_id)))
        .values(is_confidential=sa.true())
    )


def downgrade() -> None:
    """There is no way back but a backup: `qms restore`."""
    raise NotImplementedError
