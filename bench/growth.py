#!/usr/bin/python3
"""Time per training step against batch, genes, arms, types and non-zeros, one at a time, as a table and a plot.

Every curve begins at the published network (1,000 cells a step, 5,000 genes, 2 arms, 115 types, 20 % non-zeros). Runs of
bench/step_bench.cpp take turns over the rounds, so that a change of the machine's load meets all points; medians are
shown. A line through the origin and the base point (what proportional growth would be) is dashed in the plot. Build with:
    cmake --preset bench && ninja -C build step_bench
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
BASE = {"batch": 1000, "genes": 5000, "arms": 2, "types": 115, "density": 0.2}
POINTS = {"batch": [500, 1000, 2500, 5000], "genes": [1250, 2500, 5000, 10000], "arms": [1, 2, 3, 5],
          "types": [10, 57, 115, 230], "density": [0.05, 0.1, 0.2, 0.4]}
NAMES = {"batch": "cells a step", "genes": "genes", "arms": "arms", "types": "types", "density": "share of non-zeros"}
KINDS = {"relu": ("relu", "fp32"), "relu-bf16": ("relu", "bf16"), "linear": ("linear", "fp32")}


def settings(kinds):
    """(kind, setting) of every run; the base point once per kind."""
    found = []
    for kind in kinds:
        for name, values in POINTS.items():
            for value in values:
                run = (kind, {**BASE, name: value})
                if run not in found:
                    found.append(run)
    return found


def measure(program, kind, setting, options):
    """The row that one run prints, with the load at its end."""
    output, precision = KINDS[kind]
    words = {**setting, "output": output, "precision": precision, "cells": max(setting["batch"], 2000),
             "threads": options.threads, "steps": options.steps, "warmup": 2}
    done = subprocess.run([program, *(str(word) for name, value in words.items() for word in (f"--{name}", value))],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{program} failed:\n{done.stderr}")
    return {**json.loads(done.stdout.splitlines()[-1]), "kind": kind, "setting": setting, "load": os.getloadavg()[0]}


def medians(rows, key):
    """(kind, setting as text) to the median over rounds."""
    values = {}
    for row in rows:
        values.setdefault((row["kind"], json.dumps(row["setting"])), []).append(row[key])
    return {run: statistics.median(times) for run, times in values.items()}


def curve(times, kind, name):
    """[(value, milliseconds)] of one curve."""
    points = [(value, times.get((kind, json.dumps({**BASE, name: value})))) for value in POINTS[name]]
    return [(value, time) for value, time in points if time is not None]


def print_table(times, kinds):
    """One line per curve: milliseconds at each point."""
    print("| output | grows | milliseconds per step at each value |\n|---|---|---|")
    for kind in kinds:
        for name in POINTS:
            print(f"| {kind} | {NAMES[name]} | " +
                  ", ".join(f"{value:g}: {time:.1f}" for value, time in curve(times, kind, name)) + " |")


COLORS = {"relu": "#1b6ca8", "relu-bf16": "#c8553d", "linear": "#3a7d44"}
WIDTH, HEIGHT, MARGIN = 300, 220, 46


def panel(times, kinds, name, left):
    """SVG of one panel: curves over linear axes from zero, proportional growth dashed."""
    curves = {kind: curve(times, kind, name) for kind in kinds}
    right = max(POINTS[name])
    top = 1.1 * max(time for points in curves.values() for _, time in points)

    def x(value):
        return left + MARGIN + (WIDTH - MARGIN - 16) * value / right

    def y(time):
        return HEIGHT - MARGIN - (HEIGHT - MARGIN - 12) * time / top

    svg = [f'<path d="M{x(0):.1f} {y(top):.1f}V{y(0):.1f}H{x(right):.1f}" fill="none" stroke="#333"/>',
           f'<text x="{(x(0) + x(right)) / 2:.0f}" y="{HEIGHT - 10}" text-anchor="middle">{NAMES[name]}</text>']
    for value in POINTS[name]:
        svg.append(f'<text x="{x(value):.1f}" y="{y(0) + 14:.1f}" text-anchor="middle" font-size="8">{value:g}</text>')
    for share in (0.5, 1):
        svg.append(f'<text x="{x(0) - 4:.1f}" y="{y(share * top / 1.1) + 3:.1f}" text-anchor="end" font-size="8">'
                   f'{share * top / 1.1:.0f}</text>')
    for kind, points in curves.items():
        base = dict(points)[BASE[name]]
        end = min(right, BASE[name] * top / base)
        svg.append(f'<path d="M{x(0):.1f} {y(0):.1f}L{x(end):.1f} {y(base * end / BASE[name]):.1f}" stroke="{COLORS[kind]}" '
                   'stroke-dasharray="2 3" opacity="0.6"/>')
        line = "L".join(f"{x(value):.1f} {y(time):.1f}" for value, time in points)
        svg.append(f'<path d="M{line}" fill="none" stroke="{COLORS[kind]}" stroke-width="1.6"/>')
        svg += [f'<circle cx="{x(value):.1f}" cy="{y(time):.1f}" r="2.4" fill="{COLORS[kind]}"/>' for value, time in points]
    return svg


def plot(times, kinds, path):
    """All panels side by side."""
    svg = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH * len(POINTS)}" height="{HEIGHT + 24}" '
           'font-family="sans-serif" font-size="11">', '<rect width="100%" height="100%" fill="white"/>',
           '<text x="8" y="14">milliseconds per step; dashed: proportional growth</text>']
    for i, kind in enumerate(kinds):
        svg.append(f'<text x="{340 + 90 * i}" y="14" fill="{COLORS[kind]}">{kind}</text>')
    svg.append('<g transform="translate(0 20)">')
    for i, name in enumerate(POINTS):
        svg += panel(times, kinds, name, i * WIDTH)
    path.write_text("\n".join([*svg, "</g></svg>"]) + "\n")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--kinds", default="relu,relu-bf16,linear", help="outputs to measure, with commas between")
    parser.add_argument("--processor", action="store_true", help="show the processors' time, which other work disturbs less")
    parser.add_argument("--ours", type=pathlib.Path, default=HERE.parent / "build" / "bin" / "step_bench")
    parser.add_argument("--json", type=pathlib.Path, help="file for every row")
    parser.add_argument("--svg", type=pathlib.Path, help="file for the plot")
    return parser.parse_args()


def main():
    options = parse_arguments()
    kinds = options.kinds.split(",")
    rows = []
    for number in range(options.rounds):
        for kind, setting in settings(kinds):
            rows.append(measure(options.ours, kind, setting, options))
            print(f"round {number + 1}: {kind} {setting} {rows[-1]['milliseconds_per_step']} ms", file=sys.stderr)
            if options.json:
                options.json.write_text(json.dumps(rows, indent=1) + "\n")
    times = medians(rows, "processor_milliseconds_per_step" if options.processor else "milliseconds_per_step")
    print_table(times, kinds)
    if options.svg:
        plot(times, kinds, options.svg)


if __name__ == "__main__":
    main()
