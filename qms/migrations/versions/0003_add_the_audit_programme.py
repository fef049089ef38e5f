"""Add the audit programme."""

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """There is no way back but a backup: `qms restore`."""
    raise NotImplementedError
