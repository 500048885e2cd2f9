"""Field and enum value numbers, kept for ever.

The lock is a text file with one line per number: `<container> <number> <name>`, where the container is the full name of a record
message or an enum. A name that leaves the selection keeps its line, so its number is never given to another.
"""

from errors import ContractError

RECORD_FIRST = 1
RECORD_LAST = 9989
ENUM_FIRST = 1
ENUM_LAST = 9999

HEADER = (
    "# Numbers of fields and enum values, written by contractgen. A released number never changes and is never used again.\n"
    "# <message or enum> <number> <name>\n"
)


class Lock:
    """Numbers by container and name. Asking for a new name assigns the container's next number."""

    def __init__(self, text=""):
        self._numbers = {}
        for line_number, line in enumerate(text.splitlines(), 1):
            if line and not line.startswith("#"):
                self._read(line_number, line)

    def _read(self, line_number, line):
        parts = line.split()
        if len(parts) != 3 or not parts[1].isdigit():
            raise ContractError(f"numbers.lock:{line_number}: expected `<container> <number> <name>`, found `{line}`")
        container, number, name = parts[0], int(parts[1]), parts[2]
        numbers = self._numbers.setdefault(container, {})
        if name in numbers or number in numbers.values():
            raise ContractError(f"numbers.lock:{line_number}: {container}: `{name}` or number {number} occurs twice")
        numbers[name] = number

    def field(self, message, name):
        """The number of a field of a record message."""
        return self._number(message, name, RECORD_FIRST, RECORD_LAST)

    def enum_value(self, enum, name):
        """The number of an enum value; 0 is left to `..._UNSPECIFIED`."""
        return self._number(enum, name, ENUM_FIRST, ENUM_LAST)

    def _number(self, container, name, first, last):
        numbers = self._numbers.setdefault(container, {})
        if name not in numbers:
            number = max(numbers.values(), default=first - 1) + 1
            if number > last:
                raise ContractError(f"{container}.{name}: no number left, {last} is the last one")
            numbers[name] = number
        return numbers[name]

    def retired(self, container, used_names):
        """(number, name) of the container's names that are no longer used, by number."""
        numbers = self._numbers.get(container, {})
        return tuple(sorted((number, name) for name, number in numbers.items() if name not in used_names))

    def text(self):
        """The whole file, sorted by container and number."""
        lines = [
            f"{container} {number} {name}\n"
            for container, numbers in sorted(self._numbers.items())
            for name, number in sorted(numbers.items(), key=lambda item: item[1])
        ]
        return HEADER + "".join(lines)
