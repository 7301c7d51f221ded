"""Messages are looked up by when their article was fetched: was the same told under another incident's id?"""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the index."""
    op.create_index("notifications_by_fetched", "notifications", ["receiver", "fetched"], if_not_exists=True)
