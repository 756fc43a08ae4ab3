"""The ledger to read, in words, for those who may; nothing here writes but that it was read out."""

from corps.audit.admin import entries

__all__ = ["entries"]
