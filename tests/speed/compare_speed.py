#!/usr/bin/env python3
"""Puts PyTorch (with MKL's products and with oneDNN's), Eigen and OpenBLAS beside
faster_forward, on the same work in the same run: causal multi-head attention,
forward, in float32, with d_in = d_out = 768, 12 heads, and a bias in the output
projection alone. What this machine lacks is named and left out.

Each rival is a process of its own, and gets the same numbers. In each round all
do the work in turn: once to warm up, once by the clock. The table shows medians
over the rounds. Each result is held to Longhand's: a larger difference than a
few rounding errors is a failure, whatever the time.

To keep other programs from disturbing the clock on Linux, run it as root:
chrt --fifo 10 tests/speed/compare_speed.py

An OpenBLAS older than the processor takes it for a Prescott, without AVX. With
OPENBLAS_CORETYPE=SkylakeX or Haswell in front, it takes wide registers.
"""

import argparse
import array
import contextlib
import math
import operator
import os
import pathlib
import random
import shlex
import statistics
import subprocess
import sys
import tempfile
import time

SOURCES = pathlib.Path(__file__).resolve().parent
D = 768
NUM_HEADS = 12

# Context vectors reach 1.3; each float32 result lies within about 1e-6 of the exact one.
BOUND = 5e-6

# Threads of a pool keep a core busy for a while after their work, in wait for more.
PAUSE = 0.1  # seconds


class Missing(SystemExit):
    """A rival that this machine does not have. Without Longhand, it is the end."""


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", nargs="?", default="build", type=pathlib.Path,
                        help="Meson's build folder, with the library built (default: build)")
    parser.add_argument("--tokens", type=int, default=1024, help="default: 1024")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2],
                        help="a table for each number of threads (default: 1 2)")
    parser.add_argument("--rounds", type=int, default=9, help="default: 9")
    parser.add_argument("--python", action="append", metavar="PATH",
                        help="an interpreter whose PyTorch takes part; may be given more than once "
                             "(default: the one that runs this script)")
    arguments = parser.parse_args()
    if min(arguments.tokens, arguments.rounds, *arguments.threads) < 1:
        parser.error("numbers must be above 0")
    return arguments


def run(command):
    """What a command prints; where it fails, the end of what it said."""
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except OSError as error:
        sys.exit(f"{command[0]} cannot be run: {error.strerror}")
    if done.returncode != 0:
        sys.exit(f"{shlex.join(command)}\nfailed:\n{done.stderr[-2000:]}")
    return done.stdout


def package_flags(package, way_out):
    try:
        return subprocess.run(["pkg-config", "--cflags", "--libs", package], check=True,
                              capture_output=True, text=True).stdout.split()
    except (OSError, subprocess.CalledProcessError):
        raise Missing(f"pkg-config does not find {package}: {way_out}")


def compile_worker(program, source, flags):
    compiler = shlex.split(os.environ.get("CXX", "g++"))
    sources = [str(SOURCES / "worker.cpp"), str(SOURCES / source)]
    run([*compiler, "-std=c++20", *sources, *flags, "-pthread", "-o", str(program)])
    return [str(program)]


def longhand(folder, build):
    """With the library as Meson built it."""
    way_out = f"'meson setup {build}' makes the build folder, 'meson compile -C {build}' the library"
    flags = package_flags(str(build / "meson-uninstalled/longhand-uninstalled.pc"), way_out)
    flags += ["-O2", f"-Wl,-rpath,{build.resolve() / 'src'}"]
    return [("Longhand", compile_worker(folder / "longhand", "longhand.cpp", flags))]


def blocks(folder, name, package, flag):
    flags = package_flags(package, f"Debian has it in lib{package}-dev")
    flags += ["-O3", "-march=native", "-fopenmp", flag]
    program = compile_worker(folder / name, f"{name.lower()}.cpp", flags)
    return [(f"{name}, blocks of queries", program)]


def pytorch(python):
    try:
        program = "import torch; print(hasattr(torch.ops.mkldnn, '_linear_pointwise'))"
        found = subprocess.run([python, "-c", program], capture_output=True, text=True)
    except OSError as error:
        raise Missing(f"{python} cannot be run: {error.strerror}")
    if found.returncode != 0:
        raise Missing(f"{python}: {(found.stderr.splitlines() or ['no PyTorch'])[-1]}")
    variants = ["fused", "tuned", "notebook"] + ["oneDNN"] * (found.stdout.strip() == "True")
    return [(f"PyTorch, {variant}", [python, str(SOURCES / "pytorch.py"), variant])
            for variant in variants]


def rivals(arguments, folder):
    """Names, each with the command that starts its worker; Longhand is the first."""
    found = longhand(folder, arguments.build)
    candidates = [
        # With the licence that a vectorised exp in the softmax takes.
        ("OpenBLAS", blocks, folder, "OpenBLAS", "openblas", "-ffast-math"),
        ("Eigen", blocks, folder, "Eigen", "eigen3", "-DNDEBUG")]
    candidates += [("PyTorch", pytorch, python) for python in arguments.python or [sys.executable]]
    for name, prepare, *details in candidates:
        try:
            found += prepare(*details)
        except Missing as reason:
            print(f"left out: {name}: {reason}")
    return found


def write_work(path, tokens):
    """Inputs of variance one, and weights as torch.nn.Linear draws them."""
    numbers = random.Random(123)

    def uniform(count, bound):
        return array.array("f", (bound * (2 * numbers.random() - 1) for _ in range(count)))

    with open(path, "wb") as file:
        file.write(f"{tokens} {D} {NUM_HEADS}\n".encode())
        uniform(tokens * D, 3 ** 0.5).tofile(file)
        for _ in range(4):
            uniform(D * D, D ** -0.5).tofile(file)
        uniform(D, D ** -0.5).tofile(file)


class Worker:
    """The process of one rival with one number of threads."""

    def __init__(self, name, command, folder, number, threads):
        self.name = name
        self.threads = threads
        self.milliseconds = []
        self.difference = 0.0
        self.result_file = folder / f"result_{number}"
        self.error_file = folder / f"errors_{number}"
        environment = dict(os.environ, OMP_WAIT_POLICY="passive")  # spinning, they starve OpenBLAS's
        for library in ("OMP", "OPENBLAS", "MKL"):
            environment[f"{library}_NUM_THREADS"] = str(threads)
        with open(self.error_file, "w") as errors:
            self.process = subprocess.Popen(
                [*command, str(folder / "work"), str(self.result_file), str(threads)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True,
                env=environment)
        self.version = self.answer()

    def answer(self):
        line = self.process.stdout.readline().strip()
        if not line:
            sys.exit(f"{self.name}, threads {self.threads}: ended with status {self.process.wait()}: "
                     f"{self.error_file.read_text()[-2000:]}")
        return line

    def take_turn(self):
        time.sleep(PAUSE)
        with contextlib.suppress(BrokenPipeError):  # it has ended: answer tells how
            self.process.stdin.write("\n")
            self.process.stdin.flush()
        self.milliseconds.append(float(self.answer()))
        result = array.array("f")
        result.frombytes(self.result_file.read_bytes())
        return result

    def check(self, result, expected):
        differences = [abs(x - y) for x, y in zip(result, expected)]
        complete = len(result) == len(expected) and not math.isnan(sum(differences))
        self.difference = max(self.difference, max(differences)) if complete else math.inf

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def measure(workers, rounds):
    for _ in range(rounds):
        for threads in sorted({worker.threads for worker in workers}):
            ours, *others = (worker for worker in workers if worker.threads == threads)
            expected = ours.take_turn()
            for worker in others:
                worker.check(worker.take_turn(), expected)


def print_table(workers, tokens, rounds):
    ours = workers[0].milliseconds
    print(f"\ntokens: {tokens}, threads: {workers[0].threads}, median of rounds: {rounds}")
    print(f"{'name':27} {'version':18} {'ms':>8} {'ratio':>6} {'in rounds':>9} {'differs':>7}")
    for worker in workers:
        ratio = statistics.median(worker.milliseconds) / statistics.median(ours)
        ratios = sorted(map(operator.truediv, worker.milliseconds, ours))
        print(f"{worker.name:27} {worker.version[:18]:18} "
              f"{statistics.median(worker.milliseconds):8.1f} {ratio:6.2f} "
              f"{ratios[0]:.2f}-{ratios[-1]:.2f} {worker.difference:7.0e}")


def main():
    arguments = parse_arguments()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        commands = rivals(arguments, folder)
        write_work(folder / "work", arguments.tokens)
        workers = []
        for threads in sorted(set(arguments.threads)):
            for rival, command in commands:
                workers.append(Worker(rival, command, folder, len(workers), threads))
        measure(workers, arguments.rounds)
        for worker in workers:
            worker.end()
    for threads in sorted(set(arguments.threads)):
        print_table([worker for worker in workers if worker.threads == threads],
                    arguments.tokens, arguments.rounds)
    print("\nratio      time divided by Longhand's: above 1 is slower"
          "\nin rounds  the lowest and the highest ratio within one round"
          "\ndiffers    the largest difference from Longhand's result")
    wrong = [worker for worker in workers if not worker.difference <= BOUND]
    for worker in wrong:
        print(f"wrong: {worker.name} {worker.version}, threads {worker.threads}: differs by "
              f"{worker.difference:.0e}, more than {BOUND:.0e}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
