"""The coordinators' door to work."""

from deployments.admin import assignments, board, catalogue, deployments, guests, slots, words

__all__ = ["assignments", "board", "catalogue", "deployments", "guests", "slots", "words"]
