#!/usr/bin/python3
"""How long programs take to start: help, version, a small inspect, a fit up to a file that is not there.

    bench/start_time.py build/mixvae [OTHER/build/mixvae ...] [--rounds 20]

The programs take turns. Prints the median wall-clock and processor time of each in milliseconds, as a Markdown table.
"""
import argparse
import os
import pathlib
import resource
import statistics
import subprocess
import tempfile
import time


def measured(command):
    """Wall-clock and processor seconds of one call."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    wall, after = time.monotonic() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", nargs="+")
    parser.add_argument("--rounds", type=int, default=20)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        table = pathlib.Path(folder) / "cells.csv"
        table.write_text("cell,G1,G2\nC1,0,3\nC2,1,0\nC3,2,5\n", encoding="utf-8")
        requests = [("--version",), ("fit", "--help"), ("options",), ("inspect", table),
                    ("fit", f"{folder}/none.csv", "--out", f"{folder}/run")]
        print(f"load average {os.getloadavg()[0]:.1f}, {arguments.rounds} rounds: wall / processor ms")
        print("| | " + " | ".join(arguments.programs) + " |\n" + "|---" * (1 + len(arguments.programs)) + "|")
        for words in requests:
            times = {program: [] for program in arguments.programs}
            for _ in range(arguments.rounds):
                for program in arguments.programs:
                    times[program].append(measured([program, *words]))
            medians = [[statistics.median(column) * 1000 for column in zip(*times[program])] for program in times]
            shown = " ".join(pathlib.Path(word).name for word in words)
            print(f"| `{shown}` | " + " | ".join(f"{wall:.0f} / {processor:.0f}" for wall, processor in medians) + " |")


if __name__ == "__main__":
    main()
