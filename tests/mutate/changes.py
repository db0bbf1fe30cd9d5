"""The rules by which mutate.py changes C++, one place at a time.

They go by tokens, and lean on clang-format: an operator between two operands has a space on both
sides, which tells it from a reference, a pointer, a sign and the brackets of a template.
"""

import re
from dataclasses import dataclass

TOKEN = re.compile(
    r"""(?P<ignored> \s+ | //[^\n]* | /\*.*?\*/ | ^\#(?:\\\n|[^\n])* )
      | (?P<string>  "(?:\\.|[^"\\])*" | '(?:\\.|[^'\\])*' )
      | (?P<number>  0[xX][\da-fA-F.']+(?:[pP][+-]?\d+)?[a-zA-Z]* | \d[\d.']*(?:[eE][+-]?\d+)?[a-zA-Z]* )
      | (?P<name>    [A-Za-z_]\w* )
      | (?P<sign>    <<= | >>= | \.\.\. | :: | -> | \+\+ | -- | && | \|\| | << | >> | [-+*/%&|^=!<>]= | . )
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)

BETWEEN_OPERANDS = {
    "+": "-", "-": "+", "*": "/", "/": "*", "%": "*",
    "+=": "-=", "-=": "+=", "*=": "/=", "/=": "*=", "%=": "*=",
    "<<": ">>", ">>": "<<", "&": "|", "|": "&", "^": "&", "&&": "||", "||": "&&",
    "<": "<= >=", "<=": "< >", ">": ">= <=", ">=": "> <", "==": "!= <= >=", "!=": "== < >",
}  # fmt: skip
# What is compared with 0 is a size, a count or a probability: never less.
SAME_BESIDE_0 = {("==", "<="), ("!=", ">")}
BEFORE_AN_OPERAND = {"-": "", "!": "", "~": "", "++": "--", "--": "++"}
NAMES = {
    "rows": "cols", "cols": "rows", "rows_": "cols_", "cols_": "rows_",
    "d_in": "d_out", "d_out": "d_in", "low": "high", "high": "low",
    "min": "max", "max": "min", "infinity": "max", "true": "false", "false": "true",
}  # fmt: skip
NO_STATEMENT = set(
    "return throw using namespace class struct enum template static inline constexpr const auto"
    " public private explicit operator static_assert".split()
)
CONTROL = {"for", "if", "while", "switch"}


@dataclass(frozen=True)
class Change:
    file: str
    line: int
    before: str  # the changed lines, joined to one
    after: str
    text: str  # of the whole file, changed

    def __str__(self):
        return f"{self.file}:{self.line}\n- {self.before}\n+ {self.after}"


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    start: int
    end: int


def tokens_of(text):
    found = [Token(m.lastgroup, m.group(), m.start(), m.end()) for m in TOKEN.finditer(text)]
    return [token for token in found if token.kind != "ignored"]


def in_one_line(text):
    return " ".join(text.split())


class Source:
    """The tokens of one file, with what the rules want to know of them."""

    def __init__(self, text):
        self.text = text
        self.tokens = tokens_of(text)
        self.partner = {}
        open_brackets = []
        for i, token in enumerate(self.tokens):
            if token.kind == "sign" and token.text in "([{":
                open_brackets.append(i)
            elif token.kind == "sign" and token.text in ")]}":
                self.partner[open_brackets[-1]] = i
                self.partner[i] = open_brackets.pop()

    def at(self, i):
        return self.tokens[i].text if 0 <= i < len(self.tokens) else ""

    def is_name(self, i):
        return 0 <= i < len(self.tokens) and self.tokens[i].kind == "name"

    def has_space_before(self, i):
        return self.text[self.tokens[i].start - 1].isspace()

    def has_space_after(self, i):
        return self.text[self.tokens[i].end : self.tokens[i].end + 1].isspace()

    def between(self, first, last):
        return self.text[self.tokens[first].start : self.tokens[last].end]

    def arguments(self, opening):
        """First and last token of each argument between brackets."""
        closing = self.partner[opening]
        result, first, i = [], opening + 1, opening + 1
        while i <= closing:
            if i == closing or self.at(i) == ",":
                if first < i:
                    result.append((first, i - 1))
                first = i + 1
            i = self.partner[i] if self.at(i) in tuple("([{") else i
            i += 1
        return result

    def is_declared(self, i):
        """Whether a type stands before the name, as in const Matrix& left."""
        if self.at(i - 1) in ("&", "&&", "*", ">", ">>"):
            return not self.has_space_before(i - 1)
        return self.is_name(i - 1) and self.at(i - 1) not in ("return", "else")

    def has_parameters(self, opening):
        inside = range(opening + 1, self.partner[opening])
        return any(self.is_name(i) and self.is_declared(i) or self.at(i) == "const" for i in inside)


def operators(source):
    for i, token in enumerate(source.tokens):
        if token.kind != "sign":
            continue
        spaces = (source.has_space_before(i), source.has_space_after(i))
        if all(spaces):
            for other in BETWEEN_OPERANDS.get(token.text, "").split():
                if source.at(i + 1) != "0" or (token.text, other) not in SAME_BESIDE_0:
                    yield i, i, other
            if token.text == "?":
                yield i, i, "== false ?"
        elif not spaces[1] and token.text in BEFORE_AN_OPERAND and source.at(i - 1) != "operator":
            yield i, i, BEFORE_AN_OPERAND[token.text]


def constants(source):
    for i, token in enumerate(source.tokens):
        if token.kind == "number":
            yield i, i, f"({token.text} + 1)"
            yield i, i, f"({token.text} - 1)"


def names(source):
    for i, token in enumerate(source.tokens):
        if token.text in NAMES and not source.is_declared(i):
            yield i, i, NAMES[token.text]


def indices(source):
    """A loop's variable, where it stands alone between brackets or commas."""
    loop_variables = set(re.findall(r"for \((?:std::size_t|int) (\w+) =", source.text))
    for i, token in enumerate(source.tokens):
        if token.text in loop_variables and source.at(i - 1) in "([," and source.at(i + 1) in ")],":
            yield i, i, token.text + " + 1"
            yield i, i, token.text + " - 1"


def swaps(source):
    """Neighbouring arguments of a call, of an element, or of a list in braces. The order of
    those of min and max matters for NaN alone."""
    for i, token in enumerate(source.tokens):
        opens_list = token.text in ("(", "{") and source.is_name(i - 1)
        is_other = source.at(i - 1) in ("require", "min", "max", *CONTROL)
        if not opens_list or is_other or source.has_parameters(i):
            continue
        arguments = source.arguments(i)
        for (first, last), (next_first, next_last) in zip(arguments, arguments[1:]):
            one, other = source.between(first, last), source.between(next_first, next_last)
            if one != other:
                yield first, next_last, f"{other}, {one}"


def conditions(source):
    for i in range(len(source.tokens)):
        if source.at(i) == "if" and source.at(i + 1) == "(":
            condition = source.between(i + 1, source.partner[i + 1])
            yield i + 1, source.partner[i + 1], f"(!{condition})"


def statements(source):
    """A call or an assignment that is a statement of its own."""
    for i, token in enumerate(source.tokens):
        before = source.at(i - 1)
        after_control = before == ")" and source.at(source.partner[i - 1] - 1) in CONTROL
        if token.kind != "name" or token.text in NO_STATEMENT or token.text in CONTROL:
            continue
        if before not in (";", "{", "}", "else") and not after_control:
            continue
        j = i
        while source.at(j + 1) == "::":
            j += 2
        if source.at(j + 1) not in ("(", "[", ".", "->", "=", "+=", "-=", "*=", "/="):
            continue
        end = j + 1
        while source.at(end) not in (";", "{", "}", ""):
            end = source.partner[end] + 1 if source.at(end) in ("(", "[") else end + 1
        if source.at(end) == ";" and not (source.at(j + 1) == "(" and source.has_parameters(j + 1)):
            yield i, end, ";"


def changes_of(file, text):
    """Every change of one file, in the order of its lines."""
    source = Source(text)
    result = []
    for rule in (operators, constants, names, indices, swaps, conditions, statements):
        for first, last, new in rule(source):
            start, end = source.tokens[first].start, source.tokens[last].end
            line_start = text.rfind("\n", 0, start) + 1
            line_end = text.find("\n", end)
            before = text[line_start:line_end]
            after = text[line_start:start] + new + text[end:line_end]
            changed = text[:start] + new + text[end:]
            line = text.count("\n", 0, start) + 1
            result.append(Change(file, line, in_one_line(before), in_one_line(after), changed))
    return sorted(result, key=lambda change: change.line)
