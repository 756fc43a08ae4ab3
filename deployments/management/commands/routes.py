"""`routes`: list every address, the methods it answers, for whom it is and by which rule."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from corps.routes import Route, Row, Rule, rows_without_route
from deployments.routes import TABLE, all_routes


class Command(BaseCommand):
    """Print the table of addresses as Markdown; fail where an address has no row, or a row none."""

    help = "List every address with its name, methods, audience and rule."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print all of it; static files, which anybody reads, stand apart. Raises CommandError."""
        found = all_routes()
        self.stdout.write("| Address | Name | Methods | For | Rule |\n|---|---|---|---|---|")
        for route in found:
            self.stdout.write(line_of(route))
        self.stdout.write("| /static/… | | GET HEAD | anybody | |")
        missing = [route.path for route in found if route.row is None]
        left = rows_without_route(TABLE, found)
        if missing or left:
            raise CommandError(f"without a row: {missing}; without an address: {left}")


def line_of(route: Route) -> str:
    """Return one address as a row of the table."""
    if route.row is None:
        return f"| /{route.path} | {route.name} | ? | ? | no row |"
    methods = " ".join(route.row.methods)
    path = route.path.replace("|", "\\|")
    return (
        f"| /{path} | {route.name} | {methods} | {audience_of(route.row)} | {rule_of(route.row)} |"
    )


def audience_of(row: Row) -> str:
    """Return for whom an address is."""
    return ", ".join(dict.fromkeys(str(rule.audience) for rule in rules_of(row).values()))


def rule_of(row: Row) -> str:
    """Return the rule in words, and where writing has another one, both."""
    words = {name: rule.words for name, rule in rules_of(row).items()}
    if len(set(words.values())) == 1:
        return next(iter(words.values()))
    return ". ".join(f"To {name}: {text}" for name, text in words.items())


def rules_of(row: Row) -> dict[str, Rule]:
    """Return the rules that a row has, by what they let one do."""
    return {name: rule for name in ("read", "write") if (rule := getattr(row, name)) is not None}
