"""Whether work goes on: what is asked between its steps."""


def never() -> bool:
    """The `cancelled` of a question that nobody withdraws."""
    return False
