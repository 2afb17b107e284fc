# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Rows in bulk: thousands of bookings, each like one that the models made."""

from odoo.tools import SQL

COLUMNS = """
    SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
     WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
"""
KEEPERS = """
    SELECT conrelid::regclass::text FROM pg_constraint
     WHERE contype = 'f' AND confrelid = %s::regclass AND confdeltype IN ('r', 'a')
"""


def clone(cr, table, source, **columns):
    """Copy one row many times, each with other values; return the new ids.

    :param source: id of the row to copy
    :param columns: for each column that differs, the list of its values
    """
    types = dict(cr.execute(COLUMNS, [table]) or cr.fetchall())
    has_id = types.pop("id", None)
    names = list(types)
    values = [
        SQL("wanted.%s", SQL.identifier(name))
        if name in columns
        else SQL("source.%s", SQL.identifier(name))
        for name in names
    ]
    arrays = [SQL("%s::" + types[name] + "[]", list(columns[name])) for name in columns]
    cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s AS source,"
            " unnest(%s) WITH ORDINALITY AS wanted (%s, position)"
            " WHERE source.id = %s ORDER BY position RETURNING %s",
            SQL.identifier(table),
            SQL(", ").join(map(SQL.identifier, names)),
            SQL(", ").join(values),
            SQL.identifier(table),
            SQL(", ").join(arrays),
            SQL(", ").join(map(SQL.identifier, columns)),
            source,
            SQL("id") if has_id else SQL("0"),
        )
    )
    return [row[0] for row in cr.fetchall()]


def insert(cr, table, **columns):
    """Insert rows, given by the lists of their columns' values."""
    types = dict(cr.execute(COLUMNS, [table]) or cr.fetchall())
    arrays = [SQL("%s::" + types[name] + "[]", list(columns[name])) for name in columns]
    cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT * FROM unnest(%s)",
            SQL.identifier(table),
            SQL(", ").join(map(SQL.identifier, columns)),
            SQL(", ").join(arrays),
        )
    )


def delete(cr, *tables):
    """Delete all rows of tables, and what keeps them from being deleted."""
    for table in tables:
        cr.execute(KEEPERS, [table])
        for name in (*(name for (name,) in cr.fetchall()), table):
            cr.execute(SQL("DELETE FROM %s", SQL.identifier(name)))
