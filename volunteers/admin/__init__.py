"""The coordinators' door to people: one file a noun, each registering its own pages."""

from volunteers.admin import catalogue, imports, people, vetting, words

__all__ = ["catalogue", "imports", "people", "vetting", "words"]
