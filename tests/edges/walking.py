"""Every address the resolver knows, as a path that can be asked for."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, UUIDConverter
from django.urls.resolvers import RoutePattern
from django.utils.regex_helper import normalize

ABSENT = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True)
class Address:
    """One route, and a path that leads to it (to an absent object, where it is about one)."""

    route: str
    path: str
    name: str


def addresses() -> list[Address]:
    """Return every address of the application, in the order in which the resolver asks."""
    return list(_walk(get_resolver().url_patterns, "", ""))


def _walk(patterns: list[URLPattern | URLResolver], route: str, path: str) -> Iterator[Address]:
    for pattern in patterns:
        here, there = route + str(pattern.pattern), path + _filled(pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, here, there)
        else:
            yield Address(here, f"/{there}", pattern.name or "")


def _filled(pattern: URLPattern | URLResolver) -> str:
    """Return the part of a path, a sample in the place of each parameter."""
    if isinstance(pattern.pattern, RoutePattern):
        part = str(pattern.pattern)
        for name, converter in pattern.pattern.converters.items():
            kind = getattr(converter, "__class__", object)
            sample = "1" if kind is IntConverter else ABSENT if kind is UUIDConverter else "x"
            for written in (f"<{name}>", *(f"<{k}:{name}>" for k in KINDS)):
                part = part.replace(written, sample)
        return part
    template, names = normalize(str(pattern.pattern).lstrip("^"))[0]
    return str(template) % {str(name): "x" for name in names}


KINDS = ("str", "int", "uuid", "slug", "path")
