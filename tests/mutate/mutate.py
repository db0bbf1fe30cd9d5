#!/usr/bin/env python3
"""Asks whether the tests would notice a mistake: changes the library in one place, builds it, runs
the tests, and takes the change back, for each change that its rules find in src/ and in the inline
code of include/.

A change that no test notices is a survivor: it wants a test, or an entry in equivalent.txt, which
holds the changes that change nothing, each with its reason. mistakes.txt holds the mistakes of
chapter 6, as made in the library: the tests must notice each of them too.

Works on a copy below build-mutate, so that the sources are never touched. The weaver reads the
sources as they are: that a chapter no longer quotes a changed line does not count.
"""

import argparse
import collections
import json
import os
import pathlib
import random
import re
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True  # it would stand among the sources

from changes import changes_of
from entries import read_entries

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
COPIED = ["docs", "include", "src", "tests", "walkthrough", "README.md", "meson.build"]
MOST_MEMORY = 4 << 30  # bytes: a test that wants more has noticed
UNWANTED = ("survived", "noticed in spite of equivalent.txt")


def quietly(command, timeout=None, **options):
    """The exit status, or None where the time ran out."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        **options,
    )
    try:
        return process.wait(timeout)
    except subprocess.TimeoutExpired:
        return None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def write_where_it_differs(path, text):
    """A new time tells ninja what to build again."""
    if not path.exists() or path.read_text() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


class Copy:
    """The copy of the tree, in which one change at a time is made, built and tested."""

    def __init__(self, folder):
        self.tree = folder / "tree"
        self.build = folder / "build"
        self.standard = self.build / "standard.hpp"
        self.compiled_standard = self.build / "standard.hpp.gch"  # a folder: GCC takes what fits
        self.copy_sources()
        self.write_standard_headers()
        # An index outside of a container or an array ends the program instead of reading on.
        arguments = "-D_GLIBCXX_ASSERTIONS -fsanitize=bounds -fsanitize-undefined-trap-on-error"
        arguments += f" -include {shlex.quote(str(self.standard))}"
        setup = ["meson", "setup", self.build, self.tree, "-Dcpp_args=" + arguments]
        setup += ["-Ddefault_library=shared", "-Doptimization=1", "-Dwarning_level=0"]
        subprocess.run(setup, stdout=subprocess.DEVNULL, check=True)
        self.precompile_standard_headers()
        self.tests = self.introspect("--tests")
        programs = {target["id"]: target["filename"][0] for target in self.introspect("--targets")}
        self.needed = sorted({programs[name] for test in self.tests for name in test["depends"]})
        # First those of a part of the library; the slow ones last.
        is_of_part = lambda test: (self.tree / "src" / (test["name"] + ".cpp")).exists()
        self.tests.sort(key=lambda test: ("longhand:fast" in test["suite"], not is_of_part(test)))

    def copy_sources(self):
        found = [path for name in COPIED for path in [ROOT / name, *(ROOT / name).rglob("*")]]
        found = [path for path in found if path.is_file() and "__pycache__" not in path.parts]
        sources = {path.relative_to(ROOT): path.read_text() for path in found}
        for path in self.tree.rglob("*"):
            if path.is_file() and path.relative_to(self.tree) not in sources:
                path.unlink()
        for name, text in sources.items():
            write_where_it_differs(self.tree / name, text)

    def write_standard_headers(self):
        sources = [path for path in self.tree.rglob("*.[ch]pp") if "docs" not in path.parts]
        names = re.findall(r"#include <\w+>", "".join(source.read_text() for source in sources))
        text = "\n".join(sorted(set(names))) + "\n"
        self.build.mkdir(exist_ok=True)
        if not self.standard.exists() or self.standard.read_text() != text:
            self.standard.write_text(text)
            shutil.rmtree(self.compiled_standard, ignore_errors=True)

    def precompile_standard_headers(self):
        """Reading them takes half of the time that a source takes to compile. One file for each way
        of compiling: the library, the fast loops, what prints, and the tests."""
        if self.compiled_standard.exists():
            return
        self.compiled_standard.mkdir()
        commands = json.loads((self.build / "compile_commands.json").read_text())
        running = []
        for source in ("src/softmax.cpp", "src/fast/kernel.cpp", "walkthrough/page/page.cpp", "tests/library/softmax.cpp"):
            command = next(c["command"] for c in commands if c["file"].endswith("tree/" + source))
            arguments = shlex.split(command)
            arguments = arguments[: arguments.index("-MD")]
            included = arguments.index("-include")
            del arguments[included : included + 2]
            compiled = self.compiled_standard / source.replace("/", "_")
            arguments += ["-x", "c++-header", self.standard, "-o", compiled]
            running.append(subprocess.Popen(arguments, cwd=self.build))
        if any([process.wait() for process in running]):
            sys.exit("mutate: the standard headers do not compile")

    def introspect(self, what):
        command = ["meson", "introspect", what, str(self.build)]
        return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)

    def compiles(self, programs):
        # What is compiled once needs no cache.
        environment = {**os.environ, "CCACHE_DISABLE": "1"}
        command = ["ninja", "-C", self.build]
        command += [os.path.relpath(program, self.build) for program in programs]
        return quietly(command, env=environment) == 0

    def run(self, test, seconds):
        """The exit status. A loop without end is stopped by the time that it computes: a machine that is
        busy with other things, or stands still, is no mistake. Threads that wait for each other
        compute nothing, and are given a minute more."""
        environment = {**os.environ, **test["env"], "SOURCE_ROOT": str(ROOT)}

        def set_limits():
            resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))

        return quietly(test["cmd"], seconds + 60, env=environment, preexec_fn=set_limits)

    def prepare(self, test):
        """Sees the test pass before anything is changed, and how long it takes. Most tests run no other
        program: these are built when one fails without them."""
        for programs in (test["cmd"][:1], self.needed):
            if not self.compiles(programs):
                sys.exit(f"mutate: the copy does not compile: run 'ninja -C {self.build}'")
            start = time.monotonic()
            if self.run(test, 600) == 0:
                test["seconds"] = time.monotonic() - start
                return
        sys.exit(f"mutate: the test '{test['name']}' fails before anything is changed")

    def notices(self, test):
        return self.run(test, int(5 + 10 * test["seconds"])) != 0

    def outcome(self, change):
        """Who notices the change: the name of a test, 'compiler' or None."""
        file = self.tree / change.file
        original = file.read_text()
        # The test of the same name first, or else the one that noticed the last change.
        self.tests.sort(key=lambda test: test["name"] != file.stem)
        try:
            for test in self.tests:
                if "seconds" not in test:
                    write_where_it_differs(file, original)
                    self.prepare(test)
                write_where_it_differs(file, change.text)
                if not self.compiles(test["cmd"][:1]):
                    return "compiler"
                if self.notices(test):
                    self.tests.remove(test)
                    self.tests.insert(0, test)
                    return test["name"]
        finally:
            write_where_it_differs(file, original)
        return self.outcome_in_programs(change) if file.suffix == ".hpp" else None

    def outcome_in_programs(self, change):
        """A header is also compiled into the programs that the tests run."""
        file = self.tree / change.file
        original = file.read_text()
        write_where_it_differs(file, change.text)
        try:
            if not self.compiles(self.needed):
                return "compiler"
            return next((test["name"] for test in self.tests if self.notices(test)), None)
        finally:
            write_where_it_differs(file, original)
            self.compiles(self.needed)


def changes_by_rule(files):
    for folder in ("include/longhand", "src", "src/fast"):
        for path in sorted((ROOT / folder).glob("*.[ch]pp")):
            file = path.relative_to(ROOT).as_posix()
            if not files or file in files:
                yield from changes_of(file, path.read_text())


def reasons_by_key(changes, files):
    """equivalent.txt. Each of its entries must still be a change that a rule makes."""
    possible = {change.key for change in changes}
    reasons = {}
    for entry in read_entries(HERE / "equivalent.txt"):
        if files and entry.file not in files:
            continue
        for key in entry.keys:
            if key not in possible:
                sys.exit("mutate: equivalent.txt: no rule makes this change:\n" + "\n".join(key))
            reasons[key] = entry.sentence
    return reasons


def make(copy, changes, reasons):
    """Makes each change, prints the survivors, and returns how many changes should not have ended
    as they did."""
    outcomes = collections.Counter()
    for change in changes:
        noticed_by = copy.outcome(change)
        if change.key in reasons:
            outcome = "noticed in spite of equivalent.txt" if noticed_by else "change nothing"
        else:
            outcome = {None: "survived", "compiler": "do not compile"}.get(noticed_by, "noticed")
        outcomes[outcome] += 1
        if outcome in UNWANTED:
            print(f"{outcome}: {change}\n", flush=True)
    counts = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common())
    print(f"{len(changes)} changes: {counts or 'nothing to do'}")
    return sum(outcomes[outcome] for outcome in UNWANTED)


def make_mistakes(copy):
    """Makes each mistake, prints who notices it, and returns how many nobody does."""
    missed = 0
    for entry in read_entries(HERE / "mistakes.txt"):
        noticed_by = copy.outcome(entry.change_of((ROOT / entry.file).read_text()))
        is_noticed = noticed_by not in (None, "compiler")
        missed += not is_noticed
        verdict = f"noticed by {noticed_by}" if is_noticed else f"NOT NOTICED ({noticed_by})"
        print(f"{entry.sentence} {verdict}", flush=True)
    return missed


def count(text):
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"'{text}' is no whole number")
    return int(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    option = parser.add_argument
    option("files", nargs="*", help="such as src/softmax.cpp; all, where none is named")
    option("--list", action="store_true", help="print the changes, and make none")
    option("--sample", type=count, metavar="N", help="make only N of the changes")
    option("--seed", type=int, default=1, help="of the sample: 1, if none is given")
    option("--mistakes", action="store_true", help="make the mistakes of chapter 6 instead")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("mutate: ended"))
    if options.mistakes and (options.files or options.list or options.sample is not None):
        parser.error("--mistakes makes all of them, and goes with no other argument")
    if options.mistakes:
        sys.exit(make_mistakes(Copy(ROOT / "build-mutate")) > 0)
    for file in options.files:
        is_source = re.fullmatch(r"(src|src/fast|include/longhand)/\w+\.[ch]pp", file)
        if not is_source or not (ROOT / file).is_file():
            sys.exit(f"mutate: there is no source {file}: name one as src/softmax.cpp is named")
    changes = list(changes_by_rule(options.files))
    reasons = reasons_by_key(changes, options.files)
    if options.sample is not None:
        unexplained = [change for change in changes if change.key not in reasons]
        size = min(options.sample, len(unexplained))
        chosen = random.Random(options.seed).sample(range(len(unexplained)), size)
        changes = [unexplained[i] for i in sorted(chosen)]
    if options.list:
        print("\n\n".join(map(str, changes)))
    else:
        sys.exit(make(Copy(ROOT / "build-mutate"), changes, reasons) > 0)


if __name__ == "__main__":
    main()
