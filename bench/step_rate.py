#!/usr/bin/python3
"""Compares the rate of training steps: ours (bench/step_bench.cpp) and two PyTorch programs (bench/peers).

The programs take turns, so that a change of the machine's load meets all of them; the table shows the median
over the rounds of each program's median step. Build step_bench with: cmake --preset bench && ninja -C build step_bench
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


def commands(ours):
    """Program name to the command that runs it, the slowest first."""
    return {"plain": [sys.executable, HERE / "peers" / "plain.py"],
            "tuned": [sys.executable, HERE / "peers" / "tuned.py"],
            "mixvae": [ours]}


def measure(command, arguments, threads):
    """The row that one run of a program prints."""
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads)}
    done = subprocess.run([*command, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{command[-1]} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def summary(rows):
    """Medians per program and their ratio to the plain program's."""
    result = {}
    for name, own in rows.items():
        times = [row["milliseconds_per_step"] for row in own]
        result[name] = {"milliseconds_per_step": statistics.median(times), "lowest": min(times), "highest": max(times)}
    reference = result.get("plain", next(iter(result.values())))["milliseconds_per_step"]
    for own in result.values():
        own["steps_per_second"] = round(1e3 / own["milliseconds_per_step"], 3)
        own["times_plain"] = round(reference / own["milliseconds_per_step"], 3)
    return result


def parse_arguments():
    """Options of this driver; all others go to the three programs as they are."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0],
                                     epilog="Other options (--cells, --genes, --batch, --arms, ...) go to the programs.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", default="plain,tuned,mixvae", help="programs to run, with commas between")
    parser.add_argument("--ours", type=pathlib.Path, default=HERE.parent / "build" / "bin" / "step_bench")
    parser.add_argument("--json", type=pathlib.Path, help="file for every row and the summary")
    return parser.parse_known_args()


def main():
    options, passed_on = parse_arguments()
    chosen = {name: command for name, command in commands(options.ours).items() if name in options.only.split(",")}
    rows = {name: [] for name in chosen}
    for number in range(options.rounds):
        for name, command in chosen.items():
            row = measure(command, ["--threads", str(options.threads), *passed_on], options.threads)
            rows[name].append(row)
            print(f"round {number + 1}: {name} {row['milliseconds_per_step']} ms", file=sys.stderr)
    result = summary(rows)
    if options.json:
        options.json.write_text(json.dumps({"rows": rows, "summary": result}, indent=1) + "\n")
    print(f"{'program':10} {'ms/step':>10} {'lowest':>10} {'highest':>10} {'steps/s':>9} {'x plain':>8}")
    for name, own in result.items():
        print(f"{name:10} {own['milliseconds_per_step']:10.1f} {own['lowest']:10.1f} {own['highest']:10.1f} "
              f"{own['steps_per_second']:9.2f} {own['times_plain']:8.2f}")


if __name__ == "__main__":
    main()
