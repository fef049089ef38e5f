"""Add the competence of auditors, and the timetable of a plan."""

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """There is no way back but a backup: `qms restore`."""
    raise NotImplementedError
