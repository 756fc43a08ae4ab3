"""The coordinators' door to people: one file a noun, each registering its own pages."""

from volunteers.admin import catalogue, consents, imports, people, vetting, words

__all__ = ["catalogue", "consents", "imports", "people", "vetting", "words"]
