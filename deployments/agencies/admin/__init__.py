"""The door to agencies, their contacts, and the credentials by which they read the API."""

from deployments.agencies.admin import agencies, clients, contacts, words

__all__ = ["agencies", "clients", "contacts", "words"]
