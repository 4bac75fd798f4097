"""What an import is asked for, and what it has done so far."""

from dataclasses import dataclass, field

from cms.library.problems import Problem


@dataclass(slots=True)
class Tally:
    """What is wanted, and what has happened so far. `force` brings back what the files say even where they
    have not changed and the database has."""

    force: bool = False
    new: int = 0
    changed: int = 0
    same: int = 0
    kept_here: int = 0  # of the same: posts that were changed here since their file came
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def count(self, outcome: str) -> None:
        setattr(self, outcome, getattr(self, outcome) + 1)
