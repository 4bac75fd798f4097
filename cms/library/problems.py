"""What is wrong with an author's file: which file, which line, what, and how to mend it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a file was not imported or not written. `line` counts from 1; None is the whole file."""

    file: str
    line: int | None
    message: str
    cure: str

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{where}: {self.message} {self.cure}"


class Unusable(Exception):
    """Something in a file cannot be used; whoever knows the file's name makes a Problem of it."""

    def __init__(self, line: int | None, message: str, cure: str) -> None:
        super().__init__(message)
        self.line, self.message, self.cure = line, message, cure

    def problem(self, file: str) -> Problem:
        return Problem(file, self.line, self.message, self.cure)
