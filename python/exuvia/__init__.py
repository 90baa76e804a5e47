"""Exuvia in this process: install it, see what it holds, give memory back.

Under ``exuvia run`` it is installed before the program starts; elsewhere ``install()`` does it.
"""

from ._host import load as _load

__all__ = ["install", "is_active", "statistics", "trim"]


def install():
    """Have Exuvia allocate this process's objects and perform its full collections from now on.

    Blocks that exist stay where they are and go back where they came from. Installing again does nothing.
    Raises RuntimeError, and leaves the allocators as they are, where another one was chosen (PYTHONMALLOC, -X dev) or
    another tool has hooked them; the collector is Exuvia's all the same.
    """
    _load().install()


def is_active():
    """Whether Exuvia allocates this process's objects."""
    return _load().is_active()


def statistics():
    """Return what the heap holds now, as a dict of integers; sizes are bytes."""
    return _load().statistics()


def trim():
    """Give every unused page of the heap back to the operating system. Return how many bytes that were."""
    return _load().trim()
