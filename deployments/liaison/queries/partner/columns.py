"""What the resources of an agency have in common: columns made by the database."""

from typing import Any

from django.db.models import CharField, F, Func, Max, QuerySet, Subquery, Value


def hexadecimal(column: str) -> Func:
    """Return a column of bytes as hexadecimal digits."""
    return Func(F(column), Value("hex"), function="encode", output_field=CharField())


def latest(rows: QuerySet[Any], moment: str, of: str) -> Subquery:
    """Return the latest `moment` of rows that belong to one `of`."""
    grouped = rows.order_by().values(of).annotate(latest=Max(moment))
    return Subquery(grouped.values("latest"))
