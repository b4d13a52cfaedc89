#!/usr/bin/python3
"""Compares the rate of training steps: ours (bench/step_bench.cpp) and two PyTorch programs (bench/peers).

The programs take turns, so that a change of the machine's load meets all of them; a table shows the median over the
rounds of each program's median step, next to the floor: the matrix products of the output layer at the rate measured in
the same run. Options with several values, separated by commas, make one comparison per combination
(--density 0.05,0.2 --batch 256,1000). Build step_bench with: cmake --preset bench && ninja -C build step_bench
"""
import argparse
import itertools
import json
import os
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
OURS_ONLY = ["kernels", "precision", "capture"]  # options that the peers do not have


def commands(ours):
    """Program name to the command that runs it, the slowest first."""
    return {"plain": [sys.executable, HERE / "peers" / "plain.py"],
            "tuned": [sys.executable, HERE / "peers" / "tuned.py"],
            "mixvae": [ours]}


def measure(name, command, setting, threads):
    """The row that one run of a program prints."""
    own = {key: value for key, value in setting.items() if name == "mixvae" or key not in OURS_ONLY}
    words = [word for key, value in own.items() for word in (f"--{key}", value)]
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads)}
    done = subprocess.run([*command, "--threads", str(threads), *words], env=environment, capture_output=True, text=True,
                          check=False)
    if done.returncode != 0:
        sys.exit(f"{command[-1]} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def compare(programs, setting, options):
    """Rows of all rounds, by program."""
    rows = {name: [] for name in programs}
    for number in range(options.rounds):
        for name, command in programs.items():
            row = measure(name, command, setting, options.threads)
            row["load"] = os.getloadavg()[0]
            rows[name].append(row)
            print(f"round {number + 1}: {name} {row['milliseconds_per_step']} ms", file=sys.stderr)
    return rows


def summary(rows):
    """Medians per program, their ratio to the plain program's, and the floors."""
    result = {}
    for name, own in rows.items():
        times = [row["milliseconds_per_step"] for row in own]
        result[name] = {"milliseconds_per_step": statistics.median(times), "lowest": min(times), "highest": max(times),
                        "processor": statistics.median(row["processor_milliseconds_per_step"] for row in own)}
        for floor in ("floor", "dense_floor"):
            if floor in own[0]:
                result[name][floor] = statistics.median(row[floor] for row in own)
    first = result.get("plain", next(iter(result.values())))
    reference, reference_processor = first["milliseconds_per_step"], first["processor"]
    for own in result.values():
        own["steps_per_second"] = round(1e3 / own["milliseconds_per_step"], 3)
        own["times_plain"] = round(reference / own["milliseconds_per_step"], 3)
        own["processor_times_plain"] = round(reference_processor / own["processor"], 3)
    return result


def print_table(results):
    """One line per setting: milliseconds per step (lowest to highest), ratio to plain, floors, ours over the floor."""
    print("| setting | " + " | ".join(f"{name} ms" for name in results[0]["summary"])
          + " | times plain | in processor time | floor ms | dense floor ms | ours / floor |")
    print("|" + "---|" * (len(results[0]["summary"]) + 6))
    for result in results:
        setting = ", ".join(f"{key} {value}" for key, value in result["setting"].items())
        cells = [f"{own['milliseconds_per_step']:.1f} ({own['lowest']:.1f}-{own['highest']:.1f})"
                 for own in result["summary"].values()]
        ours = result["summary"].get("mixvae")
        if ours:
            cells += [f"{ours['times_plain']:.2f}", f"{ours['processor_times_plain']:.2f}",
                      f"{ours['floor']:.1f}", f"{ours['dense_floor']:.1f}", f"{ours['milliseconds_per_step'] / ours['floor']:.2f}"]
        print(f"| {setting or 'defaults'} | " + " | ".join(cells) + " |")


def parse_arguments():
    """Options of this driver; all others go to the programs."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0],
                                     epilog="Other options (--cells, --genes, --batch, --arms, --density, --output, ...) go to "
                                            "the programs; several values, with commas between, make several comparisons.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", default="plain,tuned,mixvae", help="programs to run, with commas between")
    parser.add_argument("--ours", type=pathlib.Path, default=HERE.parent / "build" / "bin" / "step_bench")
    parser.add_argument("--json", type=pathlib.Path, help="file for every row and the summaries")
    options, rest = parser.parse_known_args()
    if len(rest) % 2 or not all(name.startswith("--") for name in rest[::2]):
        parser.error("options of the programs are given as --name value[,value...]")
    return options, {name[2:]: values.split(",") for name, values in zip(rest[::2], rest[1::2])}


def main():
    options, values = parse_arguments()
    programs = {name: command for name, command in commands(options.ours).items() if name in options.only.split(",")}
    results = []
    for combination in itertools.product(*values.values()):
        setting = dict(zip(values, combination))
        print(setting, file=sys.stderr)
        rows = compare(programs, setting, options)
        results.append({"setting": setting, "summary": summary(rows), "rows": rows})
        if options.json:
            options.json.write_text(json.dumps(results, indent=1) + "\n")
    print_table(results)


if __name__ == "__main__":
    main()
