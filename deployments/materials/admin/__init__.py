"""The doors of editors, approvers and liaison officers to materials and deliveries."""

from deployments.materials.admin import board, deliveries, guests, materials, versions, words

__all__ = ["board", "deliveries", "guests", "materials", "versions", "words"]
