#!/usr/bin/env python3
"""Checks a device against the CPU (bench/device_check.cpp), then compares the rate of training steps with the PyTorch
programs on the same device, and prints both as tables. Called by scripts/gpu-check, which builds what this runs."""
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
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    print(f"| computed on {device} | deviation from the CPU | allowed | |\n|---|---|---|---|")
    for row in rows:
        print(f"| {row['check']} | {row['deviation']:.2g} | {row['allowed']:.2g} | {'ok' if row['passed'] else 'NOT OK'} |")
    return rows


def rate(name, command, setting, threads):
    """One program's row; a program that fails does not end the check (torch.compile needs a compiler of its own)."""
    try:
        return measure(name, command, setting, threads)
    except SystemExit as failure:
        print(f"{name}: {str(failure).strip().splitlines()[-1]}", file=sys.stderr)
        return {"milliseconds_per_step": None, "failed": str(failure)[-2000:]}


def rates(folder, device, threads):
    """Milliseconds per step of every program: with a ReLU and a linear output, on a GPU also with TF32 products."""
    rows = []
    for output, tf32 in itertools.product(("relu", "linear"), ("false", "true") if device == "cuda" else ("false",)):
        setting = {**(FULL if device == "cuda" else SMALL), "output": output, "tf32": tf32, "device": device}
        products = "tf32" if tf32 == "true" else "fp32"
        for name, (command, own) in programs(folder).items():
            kind = "mixvae" if name.startswith("mixvae") else name
            row = rate(kind, command, {**setting, **own}, threads)
            rows.append({"program": name, "setting": f"{output}, {products}", "row": row})
    print("\n| setting | program | ms per step | steps per s | times plain |\n|---|---|---|---|---|")
    for entry in rows:
        own = entry["row"]["milliseconds_per_step"]
        plain = next(other["row"]["milliseconds_per_step"] for other in rows
                     if other["program"] == "plain" and other["setting"] == entry["setting"])
        numbers = f"{own:.2f} | {1e3 / own:.1f} | {plain / own:.1f}" if own and plain else "failed | | "
        print(f"| {entry['setting']} | {entry['program']} | {numbers} |")
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cuda")
    parser.add_argument("--folder", type=pathlib.Path, required=True, help="where device_check and step_bench are")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=pathlib.Path, help="file for all rows")
    options = parser.parse_args()
    machine = torch.cuda.get_device_name() if options.device == "cuda" else "CPU"
    print(f"PyTorch {torch.__version__}, {machine}\n")
    result = {"torch": torch.__version__, "device": machine, "agreement": agreement(options.folder, options.device)}
    result["rates"] = rates(options.folder, options.device, options.threads)
    if options.json:
        options.json.write_text(json.dumps(result, indent=1) + "\n")
    sys.exit(0 if all(row["passed"] for row in result["agreement"]) else 1)


if __name__ == "__main__":
    main()
