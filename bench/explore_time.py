#!/usr/bin/python3
"""How long the explorer takes to decode a type when its states are moved: asks a hundred times, over the whole range of every state.

    bench/explore_time.py ADDRESS      as mixvae explore printed it, on this machine
"""
import json
import statistics
import sys
import time
import urllib.request


def ask(address, path, sent=None):
    body = None if sent is None else json.dumps(sent).encode()
    request = urllib.request.Request(address + path, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return answer.read()


def times_of(address, facts, requests=100):
    """Milliseconds from question to answer, connecting included."""
    taken = []
    for i in range(requests):
        states = [low + (high - low) * i / (requests - 1) for low, _, high in facts["ranges"]]
        begin = time.perf_counter()
        ask(address, "api/decode", {"type": facts["type"], "states": states})
        taken.append(1000 * (time.perf_counter() - begin))
    return taken


def main():
    address = sys.argv[1]
    run = json.loads(ask(address, "api/run"))
    taken = sorted(times_of(address, run["types"][0]))
    print(f"{run['model']}, {run['features']} features: median {statistics.median(taken):.1f} ms, "
          f"95 of 100 within {taken[94]:.1f} ms, slowest {taken[-1]:.1f} ms")


if __name__ == "__main__":
    main()
