"""Feeds that an operator paused."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "feed_pauses",
        sa.Column("url", sa.Text, primary_key=True),
        sa.Column("since", sa.BigInteger, nullable=False),
        if_not_exists=True,
    )
