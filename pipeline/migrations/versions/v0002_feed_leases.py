"""Collectors that share the feeds: which are alive, and who polls what."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "feed_collectors",
        sa.Column("owner", sa.String(64), primary_key=True),
        sa.Column("until", sa.BigInteger, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "feed_leases",
        sa.Column("url", sa.Text, primary_key=True),
        sa.Column("owner", sa.String(64)),
        if_not_exists=True,
    )
    op.create_index("ix_feed_leases_owner", "feed_leases", ["owner"], if_not_exists=True)
