"""Run by Alembic: takes the connection of `pipeline.database`, inside its one transaction."""

from alembic import context

# SQLite cannot alter most of a table: Alembic copies it instead, inside the same transaction.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=None,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
