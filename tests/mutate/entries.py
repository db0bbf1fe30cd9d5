"""The entries of equivalent.txt and mistakes.txt. Between empty lines, an entry is a sentence, the
name of a file, then what stands there, after '- ', and what shall stand there instead, after '+ '. A
line that begins with '#' is a comment. An entry may hold several such edits: those of a mistake are made
together, those of equivalent.txt one at a time.
"""

import sys
from dataclasses import dataclass

from changes import Change, in_one_line


@dataclass(frozen=True)
class Entry:
    sentence: str
    file: str
    edits: list  # of pairs: the lines before and after

    @property
    def keys(self):
        """Of the single changes, as Change.key."""
        return [
            (self.file, in_one_line(" ".join(before)), in_one_line(" ".join(after)))
            for before, after in self.edits
        ]

    def change_of(self, text):
        """The file with all edits made. Each must be found once, whatever the indent."""
        lines = text.splitlines()
        for before, after in self.edits:
            stripped = [line.strip() for line in lines]
            size = len(before)
            starts = [i for i in range(len(lines)) if stripped[i : i + size] == before]
            if len(starts) != 1:
                places = f"stands {len(starts)} times in {self.file}: it must stand there once"
                sys.exit(f"mutate: {self.sentence}: {before[0]!r} {places}")
            lines[starts[0] : starts[0] + size] = after
        return Change(self.file, starts[0] + 1, "", "", "\n".join(lines) + "\n")


def read_entries(path):
    entries = []
    for block in path.read_text().split("\n\n"):
        lines = [line.strip() for line in block.splitlines() if not line.startswith("#")]
        if lines:
            edits = []
            for line in lines[2:]:
                is_before = line.startswith("- ")
                if is_before and (not edits or edits[-1][1]):
                    edits.append(([], []))
                edits[-1][0 if is_before else 1].append(line[2:].strip())
            entries.append(Entry(lines[0], lines[1], edits))
    return entries
