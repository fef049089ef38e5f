"""Add what fieldwork away from the network leaves behind."""

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """There is no way back but a backup: `qms restore`."""
    raise NotImplementedError
