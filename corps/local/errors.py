"""What can keep Corps from starting, each in words for the person at the terminal."""


class LocalError(Exception):
    """Something a person has to change before this can go on; the text is a full sentence."""


class StopRequested(Exception):
    """Somebody asked for a stop: Ctrl-C, a signal, or `make` is gone."""
