"""Feed states know what servers ask for and lie about, moves and cadence; and what was told of them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the columns and the table."""
    with op.batch_alter_table("feed_states") as table:
        for name in ("body_floor", "stated_floor", "moving_since", "last_new"):
            table.add_column(sa.Column(name, sa.BigInteger))
        for name in ("lies", "moving_seen"):
            table.add_column(sa.Column(name, sa.Integer, nullable=False, server_default="0"))
        for name in ("address", "moving_to"):
            table.add_column(sa.Column(name, sa.Text))
        table.add_column(sa.Column("gaps", sa.LargeBinary, nullable=False, server_default=""))
    op.create_table(
        "feed_health",
        sa.Column("feed", sa.Text, primary_key=True),
        sa.Column("since", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.String(16), nullable=False) for name in ("state", "told")),
        sa.Column("record", sa.LargeBinary, nullable=False),
        if_not_exists=True,
    )
