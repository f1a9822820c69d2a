"""Numbers by which facts and nodes of the engine are stored."""

#: Numbers of one file's facts: the number of the file plus the index of the field.
FIELDS = 128
#: Nodes are numbered from here, facts below.
FIRST_NODE = 1 << 31


def place_of(number: int) -> int:
    """Return the number under which the readers of a fact or node are stored: a file's together."""
    return number if number >= FIRST_NODE else number - number % FIELDS
