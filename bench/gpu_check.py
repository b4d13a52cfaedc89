#!/usr/bin/env python3
"""Checks a device against the CPU (bench/device_check.cpp), then compares the rate of training steps with the PyTorch
programs on the same device, and prints both as tables. Called by scripts/gpu-check, which builds what this runs. The file
of rows is written after each one: what was stopped goes on there when it is called again."""
import argparse
import itertools
import json
import pathlib
import subprocess
import sys

import torch
from step_rate import measure

HERE = pathlib.Path(__file__).resolve().parent
SMALL = {"cells": "2000", "genes": "500", "batch": "200", "types": "20", "steps": "3", "warmup": "2"}
FULL = {"cells": "22365", "genes": "5000", "batch": "1000", "types": "115", "steps": "200", "warmup": "20"}


def programs(folder):
    """What is compared, by name: command, and settings of its own. "mixvae" is one CUDA graph per step."""
    peers = {name: [sys.executable, HERE / "peers" / f"{name}.py"] for name in ("plain", "tuned")}
    ours = [folder / "step_bench"]
    return {"plain": (peers["plain"], {}), "tuned": (peers["tuned"], {}),
            "tuned, torch.compile": ([*peers["tuned"], "--compile"], {}),
            "mixvae, by operation": (ours, {"capture": "false"}), "mixvae": (ours, {})}


def agreement(folder, device):
    """The rows of device_check."""
    done = subprocess.run([folder / "device_check", device], capture_output=True, text=True, check=False)
    sys.stderr.write(done.stderr)
    if done.returncode not in (0, 1) or not done.stdout:
        sys.exit(f"device_check failed with code {done.returncode}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def reason(message):
    """The line of a program's complaints that says most."""
    lines = message.strip().splitlines()
    return next((line for line in reversed(lines) if "Error: " in line), lines[-1] if lines else "no message")


def rate(name, command, setting, threads):
    """One program's row; a program that fails does not end the check (torch.compile needs a compiler of its own)."""
    try:
        return measure(name, command, setting, threads)
    except SystemExit as failure:
        print(f"{name}: {reason(str(failure))}", file=sys.stderr)
        return {"milliseconds_per_step": None, "failed": str(failure)[-2000:]}


def settings(device):
    """What is compared, by name: with a ReLU and a linear output, on a GPU also with TF32 products."""
    sizes = FULL if device == "cuda" else SMALL
    for output, tf32 in itertools.product(("relu", "linear"), ("false", "true") if device == "cuda" else ("false",)):
        yield (f"{output}, {'tf32' if tf32 == 'true' else 'fp32'}",
               {**sizes, "output": output, "tf32": tf32, "device": device})


def add_rates(result, folder, threads, save):
    """Milliseconds per step of every program in every setting, those that the result does not have yet."""
    have = {(row["setting"], row["program"]) for row in result["rates"]}
    device = "cpu" if result["device"] == "CPU" else "cuda"
    for (words, setting), (name, (command, own)) in itertools.product(settings(device), programs(folder).items()):
        if (words, name) not in have:
            kind = "mixvae" if name.startswith("mixvae") else name
            row = rate(kind, command, {**setting, **own}, threads)
            result["rates"].append({"program": name, "setting": words, "row": row})
            save(result)


def print_tables(result):
    """Agreement and rates."""
    print(f"PyTorch {result['torch']}, {result['device']}\n")
    print("| computed there | deviation from the CPU | allowed | |\n|---|---|---|---|")
    for row in result["agreement"]:
        print(f"| {row['check']} | {row['deviation']:.2g} | {row['allowed']:.2g} | {'ok' if row['passed'] else 'NOT OK'} |")
    print("\n| setting | program | ms per step | steps per s | times plain |\n|---|---|---|---|---|")
    for entry in result["rates"]:
        own = entry["row"]["milliseconds_per_step"]
        plain = next(other["row"]["milliseconds_per_step"] for other in result["rates"]
                     if other["program"] == "plain" and other["setting"] == entry["setting"])
        numbers = f"{own:.2f} | {1e3 / own:.1f} | {plain / own:.1f}" if own and plain else "failed | | "
        print(f"| {entry['setting']} | {entry['program']} | {numbers} |")


def begun(path, identity, folder):
    """The result of a check of the same programs on the same device that ran out of time, or an empty one."""
    built = max((folder / name).stat().st_mtime for name in ("device_check", "step_bench"))
    if path and path.exists() and path.stat().st_mtime > built:
        earlier = json.loads(path.read_text())
        if not earlier.get("finished", True) and identity.items() <= earlier.items():
            return earlier
    return {**identity, "finished": False, "agreement": [], "rates": []}


def write(path, result):
    """Replaces the file in one go, so that what interrupts leaves whole rows."""
    if path:
        part = path.with_suffix(".part")
        part.write_text(json.dumps(result, indent=1) + "\n")
        part.replace(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cuda")
    parser.add_argument("--folder", type=pathlib.Path, required=True, help="where device_check and step_bench are")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=pathlib.Path, help="file for all rows")
    options = parser.parse_args()
    machine = torch.cuda.get_device_name() if options.device == "cuda" else "CPU"
    result = begun(options.json, {"torch": torch.__version__, "device": machine}, options.folder)
    if not result["agreement"]:
        result["agreement"] = agreement(options.folder, options.device)
        write(options.json, result)
    add_rates(result, options.folder, options.threads, lambda rows: write(options.json, rows))
    result["finished"] = True
    write(options.json, result)
    print_tables(result)
    sys.exit(0 if all(row["passed"] for row in result["agreement"]) else 1)


if __name__ == "__main__":
    main()
