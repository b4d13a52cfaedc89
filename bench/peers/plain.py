#!/usr/bin/python3
"""The straightforward program: a dense TensorDataset read through a DataLoader with its default collation."""
from itertools import chain, repeat

import harness
from torch.utils.data import DataLoader, TensorDataset


def main():
    options = harness.parse_arguments(__doc__)
    harness.start(options)
    dataset = TensorDataset(*harness.synthetic_data(options))
    loader = DataLoader(dataset, batch_size=options.batch, shuffle=True, drop_last=True)
    harness.time_steps("plain", options, chain.from_iterable(repeat(loader)))


if __name__ == "__main__":
    main()
