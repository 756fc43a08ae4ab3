"""The front door: the embedded database and broker, and the supervisor behind `make run`.

Nothing here imports Django: the supervisor must start, explain itself and stop whatever state the
application is in.
"""
