"""The one error that contractgen reports to its user."""


class ContractError(Exception):
    """Mistakes in the curated files, the field descriptions or the lock; one line each."""

    def __init__(self, *problems):
        super().__init__("\n".join(problems))
        self.problems = list(problems)
