"""What stands in the way of starting, in one sentence that says what to do."""


class SetupProblem(Exception):
    """Something that the person who starts the local AWS must change; the text names it and the way out."""
