"""Add checklist templates, samples and self-assessments."""

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """There is no way back but a backup: `qms restore`."""
    raise NotImplementedError
