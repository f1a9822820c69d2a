"""Error recovery: find every syntax fault in lines of YAML, each at its own line.

A YAML parser stops at the first fault. The lines are then split at the top-level keys, and each
part with a fault again at its own keys or list items, down to the smallest part that can't be
parsed. Parts without a fault are added to the tree; the top-level keys of the others are missing
from it.
"""

from __future__ import annotations

from collections.abc import Sequence

from briefings.content.frontmatter.causes import Scene, explained
from briefings.content.frontmatter.parts import (
    Part,
    begins,
    begins_with_an_item,
    inner,
    is_open,
    joined,
    name_of,
    split,
)
from briefings.content.frontmatter.signs import SEPARATORS, control
from briefings.content.frontmatter.spaces import Spaces
from briefings.content.frontmatter.tree import (
    EMPTY,
    MAX_DEPTH,
    NO_COLON,
    Builder,
    Refused,
    ValueTree,
)
from briefings.problems import Problem

#: Most parts that are joined when the first opens a quote or bracket without closing it, and most
#: failed joins in a file, after which none is tried.
_TOGETHER, _IN_VAIN = 6, 40


def read_lines(text: str, first: int, path: str, tree: ValueTree, problems: list[Problem]) -> bool:
    """Parse `text` into `tree` and append its faults to `problems`.

    `first` is the line number of its first line in the file. Returns True if all of it could be
    parsed as it was typed; otherwise keys may be missing from the tree.
    """
    separators = list(SEPARATORS.finditer(text))
    for found in separators:
        line = first + text.count("\n", 0, found.start())
        column = found.start() - text.rfind("\n", 0, found.start())
        problems.append(Problem(path, line, column, *control(found[0])))
    text = SEPARATORS.sub(" ", text)
    spaces = Spaces(text, first)
    reader = _Reader(path, spaces)
    whole = reader.read(Part(first, spaces.mended.split("\n")), tree)
    odd = list(spaces.faults())
    if spaces and not odd:  # all are inside texts: parse again, unchanged
        tree.clear()
        reader = _Reader(path, Spaces("", first))
        whole = reader.read(Part(first, text.split("\n")), tree)
    lines = {fault.line for fault in odd}
    problems += [one for one in reader.problems if one.line not in lines]
    problems += [Problem(path, *fault) for fault in odd]
    return whole and not separators


class _Reader:
    """Parses parts of one file into a tree and collects their faults."""

    def __init__(self, path: str, spaces: Spaces) -> None:
        self.path = path
        self.spaces = spaces
        self.problems: list[Problem] = []
        self._vain = 0

    def read(self, whole: Part, tree: ValueTree) -> bool:
        fault = self._built(whole, tree)
        if fault is None:
            return True
        tree.clear()
        tree.values[()] = (whole.first, 1)
        whole = self._one_document(whole)
        if begins_with_an_item(whole) or not any(map(begins, split(whole))):
            self._tell(whole, [], fault)
            return False
        parts, number, faults = split(whole), 0, 0
        while number < len(parts):
            part, held = parts[number], ValueTree()
            refused = self._built(part, held)
            if refused is not None and refused.is_open:
                more = self._together(parts[number:], held)
                number, refused = number + more, None if more else refused
            if refused is None:
                tree.take(held, self._twice)
            else:
                faults += 1
                self._locate(part, parts[:number], refused, 0)
                if parts[:number] and is_open(parts[number - 1]):
                    tree.drop(name_of(parts[number - 1]))  # the fault may be in its value
            number += 1
        if not (faults or self.problems):
            self._tell(whole, [], fault)
        return False

    def _together(self, parts: Sequence[Part], tree: ValueTree) -> int:
        """Parse the first part joined with those after it, which may close its bracket or quote.

        Returns how many parts were added to the first, or 0 if no join can be parsed.
        """
        for more in range(1, min(_TOGETHER, len(parts))):
            if self._vain >= _IN_VAIN:
                break
            tree.clear()
            if self._built(joined(parts[: more + 1]), tree) is None:
                return more
            self._vain += 1
        return 0

    def _one_document(self, whole: Part) -> Part:
        """Return the lines before a second YAML document; report that document."""
        begun = False
        for number, line in enumerate(whole.lines):
            if begun and line.rstrip() == "---":
                message, hint = "a second document starts here", "remove this --- line"
                self.problems.append(Problem(self.path, whole.first + number, 1, message, hint))
                return Part(whole.first, whole.lines[:number])
            begun = begun or (bool(line.strip()) and line[0] not in "#%" and line.rstrip() != "---")
        return whole

    def _built(self, part: Part, tree: ValueTree, *, inside: bool = False) -> Refused | None:
        """Parse a part into `tree`; return the syntax fault that stopped it, or None.

        Other faults are collected only if it was parsed to its end.
        """
        problems: list[Problem] = []
        builder = Builder(part.first, self.path, tree, problems, self.spaces, inside=inside)
        try:
            builder.run(part.text)
        except Refused as fault:
            return fault
        self.problems += problems
        return None

    def _locate(self, part: Part, above: Sequence[Part], fault: Refused, depth: int) -> None:
        """Report the faults of the parts inside a part that can't be parsed, or else its own."""
        within = inner(part) if depth < 2 * MAX_DEPTH else None
        parts = split(within) if within is not None and begins(within) else []
        found = False
        for number, one in enumerate(parts):
            refused = self._built(one, ValueTree(), inside=True)
            if refused is not None:
                self._locate(one, parts[:number], refused, depth + 1)
                found = True
        if not found:
            self._tell(part, above, fault)

    def _tell(self, part: Part, above: Sequence[Part], fault: Refused) -> None:
        place = explained(Scene(part, above, fault))
        self._forget_empty_above(place.line)
        self.problems.append(Problem(self.path, *place))

    def _forget_empty_above(self, line: int) -> None:
        """Remove the last faults of empty values if they are up to 3 lines above `line`.

        The syntax fault there is what leaves them without a value.
        """
        while (
            self.problems
            and line - 3 <= self.problems[-1].line <= line
            and self.problems[-1].message.endswith((EMPTY, NO_COLON))
        ):
            del self.problems[-1]

    def _twice(self, name: str, mark: tuple[int, int], first: tuple[int, int]) -> None:
        message = f"`{name}` is given twice, first on line {first[0]}"
        self.problems.append(Problem(self.path, *mark, message, "keep one of them"))
