#!/usr/bin/env python3
"""Asks whether the tests would notice a mistake: changes the library in one place, builds it, runs
the tests, and takes the change back, for each change that its rules find in src/ and in the inline
code of include/.

A change that no test notices is a survivor: it wants a test, or a line in equivalent.txt, which
holds the changes that change nothing, each with its reason. mistakes.txt holds the mistakes of
chapters 6 and 8, as made in the library: the tests must notice each of them too.

Works on copies below build-mutate, one a core, so that the sources are never touched. The weaver
reads the sources as they are: that a chapter does not quote a changed line does not count.
"""

import argparse
import collections
import concurrent.futures
import itertools
import json
import multiprocessing
import os
import pathlib
import re
import resource
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True  # it would stand among the sources

from changes import Change, changes_of

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
COPIED = ["docs", "include", "src", "tests", "walkthrough", "README.md", "meson.build"]
MOST_MEMORY = 4 << 30  # bytes: a test that wants more has noticed
# An index outside of a container or an array ends the program instead of reading on.
CHECKED = "-D_GLIBCXX_ASSERTIONS -fsanitize=bounds -fsanitize-undefined-trap-on-error"


def quietly(command, timeout=None, **options):
    """The exit status, or None if the time runs out."""
    nowhere = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    process = subprocess.Popen(command, start_new_session=True, **nowhere, **options)
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
    """A copy of the tree, in which one change at a time is made, built and tested."""

    def __init__(self, folder):
        self.tree, self.build = folder / "tree", folder / "build"
        self.copy_sources()
        setup = ["meson", "setup", self.build, self.tree, "-Dcpp_args=" + CHECKED]
        setup += ["-Ddefault_library=shared", "-Doptimization=1", "-Dwarning_level=0"]
        subprocess.run(setup, stdout=subprocess.DEVNULL, check=True)
        # A browser takes minutes, and more memory than a test may have here.
        self.tests = [test for test in self.introspect("--tests") if test["name"] != "attention_page"]
        targets = self.introspect("--targets")
        programs = {target["id"]: target["filename"][0] for target in targets}
        self.library = next(programs[target["id"]] for target in targets if target["name"] == "longhand")
        for test in self.tests:
            test["programs"] = [programs[name] for name in test["depends"]] + test["cmd"][:1]
        # PyTorch's numbers notice most; the tests of the fast loops take long.
        is_slow = lambda test: "longhand:fast" in test["suite"]
        self.tests.sort(key=lambda test: (is_slow(test), test["name"] != "reference"))

    def copy_sources(self):
        found = [path for name in COPIED for path in [ROOT / name, *(ROOT / name).rglob("*")]]
        sources = {path.relative_to(ROOT): path for path in found if path.is_file()}
        for path in self.tree.rglob("*"):
            if path.is_file() and path.relative_to(self.tree) not in sources:
                path.unlink()
        for name, path in sources.items():
            if path.suffix != ".pyc":
                write_where_it_differs(self.tree / name, path.read_text())

    def introspect(self, what):
        command = ["meson", "introspect", what, str(self.build)]
        return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)

    def compiles(self, programs):
        command = ["ninja", "-C", self.build]
        command += [os.path.relpath(program, self.build) for program in programs]
        return quietly(command) == 0

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
        """Sees the test pass before anything is changed, and how long it takes."""
        if not self.compiles(test["programs"]):
            sys.exit(f"mutate: the copy does not compile: run 'ninja -C {self.build}'")
        start = time.monotonic()
        if self.run(test, 600) != 0:
            sys.exit(f"mutate: the test '{test['name']}' fails before anything is changed")
        test["most_seconds"] = int(5 + 10 * (time.monotonic() - start))

    def outcome(self, change):
        """Who notices the change: the name of a test, 'compiler' or None."""
        file = self.tree / change.file
        original = file.read_text()
        # The test of the same name first, then those that noticed the last changes; then, in the same
        # order, those that take long; the walkthroughs, which take longest, last.
        takes_long = lambda test: test.get("most_seconds", 0) > 15
        self.tests.sort(
            key=lambda test: (test["name"] == "walkthroughs", takes_long(test), test["name"] != file.stem)
        )
        try:
            for test in self.tests:
                if "most_seconds" not in test:
                    write_where_it_differs(file, original)
                    self.prepare(test)
                write_where_it_differs(file, change.text)
                # What is no header, or one of src itself, is compiled into the library alone, which
                # the programs load.
                is_private = file.suffix != ".hpp" or file.parent == self.tree / "src"
                programs = [self.library] if is_private else test["programs"]
                if not self.compiles(programs):
                    return "compiler"
                if self.run(test, test["most_seconds"]) != 0:
                    self.tests.remove(test)
                    self.tests.insert(0, test)
                    return test["name"]
            return None
        finally:
            write_where_it_differs(file, original)


def changes_by_rule(files):
    for folder in ("include/longhand", "src", "src/fast"):
        for path in sorted((ROOT / folder).iterdir()):
            file = path.relative_to(ROOT).as_posix()
            if path.suffix in (".cpp", ".hpp", ".inc") and (not files or file in files):
                yield from changes_of(file, path.read_text())


def without_equivalent(changes, files):
    """The changes but for those that equivalent.txt excuses: below the name of a file stand parts of
    its changed lines, or of statements that are left out after '- ', each with the reason. A part that
    fits no change is named, and stops nothing."""

    def excuses(part, change):
        if part.startswith("- "):
            return change.after == ";" and part[2:] in change.before
        return part in change.after and part not in change.before

    for line in (HERE / "equivalent.txt").read_text().splitlines():
        if not line.startswith("  "):
            file = line
            continue
        part = line.rsplit(" | ", 1)[0].strip()
        left = [c for c in changes if c.file != file or not excuses(part, c)]
        if len(left) == len(changes) and (not files or file in files):
            print(f"equivalent.txt: no change of {file} leads to '{part}'")
        changes = left
    return changes


def mistakes():
    """mistakes.txt: a sentence, a file, then what stands there, after '- ', and what shall stand there
    instead, after '+ '. Several such edits are made together."""
    for block in (HERE / "mistakes.txt").read_text().split("\n\n")[1:]:
        sentence, file, *edits = block.strip().splitlines()
        text = (ROOT / file).read_text()
        # Whatever the indent.
        text = "\n".join(line.strip() for line in text.splitlines()) + "\n"
        groups = itertools.groupby(edits, key=lambda line: line[0])
        parts = ["".join(line[2:].strip() + "\n" for line in lines) for _, lines in groups]
        for before, after in zip(parts[::2], parts[1::2]):
            if text.count(before) != 1:
                sys.exit(f"mutate: {sentence}: in {file}, this must stand once:\n{before}")
            text = text.replace(before, after)
        yield Change(file, 0, sentence, "", text)


def start_worker(folders):
    global copy
    copy = Copy(folders.get())


def outcome(change):
    return change, copy.outcome(change)


def make(changes):
    """Makes each change, on all cores, and yields it with who notices it."""
    folders = multiprocessing.Queue()
    for core in range(os.cpu_count()):
        folders.put(ROOT / "build-mutate" / str(core))
    with concurrent.futures.ProcessPoolExecutor(None, None, start_worker, (folders,)) as workers:
        yield from workers.map(outcome, changes)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    option = parser.add_argument
    option("files", nargs="*", help="such as src/softmax.cpp; all, if none is named")
    option("--list", action="store_true", help="print the changes, and make none")
    option("--mistakes", action="store_true", help="make the mistakes of chapters 6 and 8 instead")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("mutate: ended"))
    for file in options.files:
        if not (ROOT / file).is_file():
            sys.exit(f"mutate: there is no file {file}: name files such as src/softmax.cpp")
    changes = list(mistakes() if options.mistakes else changes_by_rule(options.files))
    if not options.mistakes:
        changes = without_equivalent(changes, options.files)
    if options.list:
        print("\n\n".join(map(str, changes)))
        return
    failed = False
    for file, results in itertools.groupby(make(changes), lambda result: result[0].file):
        outcomes = collections.Counter()
        for change, noticed_by in results:
            outcomes[noticed_by] += 1
            if options.mistakes:
                print(f"{change.before}: noticed by {noticed_by or 'NOBODY'}", flush=True)
            elif noticed_by is None:
                print(f"survived: {change}\n", flush=True)
        survived, uncompiled = outcomes.pop(None, 0), outcomes.pop("compiler", 0)
        noticed = sum(outcomes.values())
        print(f"{file}: {noticed} noticed, {survived} survived, {uncompiled} do not compile", flush=True)
        failed |= survived > 0 or (options.mistakes and uncompiled > 0)
    sys.exit(failed)


if __name__ == "__main__":
    main()
