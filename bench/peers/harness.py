"""What both peers share: command line, data, timing, the row they print."""
import argparse
import json
import statistics
import time

import torch
from model import CoupledModel, Shape
from moe_model import SimilarityModel


def parse_arguments(description):
    """The options that bench/step_bench has too."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--model", choices=["cpl-mixvae", "moe-sim-vae"], default="cpl-mixvae")
    parser.add_argument("--cells", type=int, default=22365)
    parser.add_argument("--genes", type=int, default=5000)
    parser.add_argument("--density", type=float, default=0.2, help="share of values that are not zero")
    parser.add_argument("--types", type=int, default=115)
    parser.add_argument("--batch", type=int, default=1000)
    parser.add_argument("--arms", type=int, default=2)
    parser.add_argument("--steps", type=int, default=20, help="steps that are timed")
    parser.add_argument("--warmup", type=int, default=5, help="steps before them")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", choices=["relu", "linear"], default="relu")
    parser.add_argument("--likelihood", choices=["mse", "bernoulli"], default="mse")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--tf32", choices=["true", "false"], default="false", help="products on a GPU may round to TF32")
    parser.add_argument("--compile", action="store_true", help="through torch.compile")
    return parser.parse_args()


def synthetic_data(options):
    """Tensors with a row per cell, as the model takes them: log-expression-like values [cells, genes], zero, or uniform between 0
    and 5 (1 for Bernoulli features); for MoE-Sim-VAE also coordinates [cells, 50] that neighbours are found in."""
    generator = torch.Generator().manual_seed(options.seed)
    values = torch.rand(options.cells, options.genes, generator=generator)
    largest = 1 if options.likelihood == "bernoulli" else 5
    cells = torch.where(values < options.density, values * (largest / options.density), torch.zeros(()))
    if options.model == "cpl-mixvae":
        return [cells]
    return [cells, torch.rand(options.cells, 50, generator=generator)]


def model_of(options):
    """The model of these options: takes a batch of the tensors of synthetic_data and gives its objective."""
    if options.model == "moe-sim-vae":
        return SimilarityModel(options.genes, options.types, options.likelihood)
    return CoupledModel(Shape(genes=options.genes, types=options.types, arms=options.arms, output=options.output,
                              likelihood=options.likelihood))


def median_of_steps(step, count):
    """Seconds on the clock and of the processors, medians over steps; and the last loss."""
    clocks, processors = [], []
    for _ in range(count):
        start, processor_start = time.perf_counter(), time.process_time()
        loss = step()
        clocks.append(time.perf_counter() - start)
        processors.append(time.process_time() - processor_start)
    return statistics.median(clocks), statistics.median(processors), loss.item()


def mean_of_steps(step, count):
    """The same as means over all steps, between two waits for the GPU."""
    torch.cuda.synchronize()
    start, processor_start = time.perf_counter(), time.process_time()
    for _ in range(count):
        loss = step()
    loss = loss.item()
    return (time.perf_counter() - start) / count, (time.process_time() - processor_start) / count, loss


def time_steps(name, options, batches):
    """Trains on endless batches (lists of tensors) and prints one JSON row; a step's time includes getting its batch. On the CPU it is
    the median; a GPU works on while the host prepares the next step, so there it is the mean."""
    model = model_of(options).to(options.device)
    objective = torch.compile(model) if options.compile else model
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)
    model.train()

    def step():
        batch = [values.to(options.device) for values in next(batches)]
        optimiser.zero_grad()
        loss = objective(*batch)
        loss.backward()
        optimiser.step()
        return loss.detach()

    for _ in range(options.warmup):
        step()
    measure = median_of_steps if options.device == "cpu" else mean_of_steps
    seconds, processor, loss = measure(step, options.steps)
    print(json.dumps({"program": name, **vars(options), "milliseconds_per_step": round(1e3 * seconds, 3),
                      "processor_milliseconds_per_step": round(1e3 * processor, 3),
                      "steps_per_second": round(1 / seconds, 3), "loss": round(loss, 4)}))


def start(options):
    """Threads and seed, the same way in both peers."""
    torch.set_num_threads(options.threads)
    torch.backends.cuda.matmul.allow_tf32 = options.tf32 == "true"
    torch.manual_seed(options.seed)
