"""The coupled mixture autoencoder (cpl-mixVAE) written plainly in PyTorch, as a yardstick of speed.

One network per arm and no sharing: encoder of five layers (affine, ReLU, batch normalisation), a type head
with two softmaxes, a state head that reads code and type, decoder of six layers. The objective is the
reference's without its thresholded cross-entropy, which has no gradient:

    sum_a (R_a + beta KL_a - H_a) + lambda / (A - 1) sum_{a<b} D_ab
"""
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

EPSILON = 1e-8


@dataclass
class Shape:
    """Sizes and constants of the model; the defaults are those of the cortex data."""
    genes: int = 5000
    types: int = 115
    states: int = 2
    hidden: int = 100
    code: int = 10
    arms: int = 2
    output: str = "relu"
    likelihood: str = "mse"
    input_dropout: float = 0.5
    state_dropout: float = 0.2
    head_temperature: float = 0.005
    sample_temperature: float = 1.0
    beta: float = 1.0
    coupling: float = 1.0


def reconstruction_error(output, x, likelihood):
    """Half the squared error, or the cross-entropy of Bernoulli features with these logits, summed."""
    if likelihood == "bernoulli":
        return functional.binary_cross_entropy_with_logits(output, x, reduction="sum")
    return 0.5 * functional.mse_loss(output, x, reduction="sum")


class EncoderLayer(nn.Module):
    """Affine, ReLU, then batch normalisation without scale and shift."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.affine = nn.Linear(inputs, outputs)
        self.norm = nn.BatchNorm1d(outputs, eps=EPSILON, momentum=0.01, affine=False)

    def forward(self, x):
        return self.norm(functional.relu(self.affine(x)))


class Arm(nn.Module):
    """One autoencoder: x [B, D] to reconstruction [B, D], type posterior q [B, K], state mean and variance [B, S]."""

    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        widths = [shape.genes] + 4 * [shape.hidden] + [shape.code]
        self.input_dropout = nn.Dropout(shape.input_dropout)
        self.encoder = nn.Sequential(*(EncoderLayer(i, o) for i, o in zip(widths, widths[1:])))
        self.type_head = nn.Linear(shape.code, shape.types)
        self.state_mean = nn.Linear(shape.code + shape.types, shape.states)
        self.state_variance = nn.Linear(shape.code + shape.types, shape.states)
        self.state_dropout = nn.Dropout(shape.state_dropout)
        widths = [shape.types + shape.states, shape.code] + 4 * [shape.hidden] + [shape.genes]
        layers = []
        for inputs, outputs in zip(widths, widths[1:]):
            layers += [nn.Linear(inputs, outputs), nn.ReLU()]
        self.decoder = nn.Sequential(*layers if shape.output == "relu" else layers[:-1])

    def forward(self, x):
        code = self.encoder(self.input_dropout(x))
        p = functional.softmax(self.type_head(code), dim=-1)
        q = functional.softmax(p / self.shape.head_temperature, dim=-1)
        gumbel = -torch.log(-torch.log(torch.rand_like(q) + EPSILON) + EPSILON)
        sample = functional.softmax((torch.log(q + EPSILON) + gumbel) / self.shape.sample_temperature, dim=-1)
        both = torch.cat([code, sample], dim=1)
        mean = self.state_mean(both)
        variance = torch.sigmoid(self.state_variance(both))
        state = mean + torch.sqrt(variance + EPSILON) * torch.randn_like(mean)
        return self.decoder(torch.cat([sample, self.state_dropout(state)], dim=1)), q, mean, variance


class CoupledModel(nn.Module):
    """Several arms that read the same cells and have to agree on their types."""

    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        self.arms = nn.ModuleList(Arm(shape) for _ in range(shape.arms))

    def forward(self, x):
        """The objective on one batch x [B, D]."""
        total = x.new_zeros(())
        weighted = []
        for arm in self.arms:
            reconstruction, q, mean, variance = arm(x)
            log_q = torch.log(q + EPSILON)
            total = total + reconstruction_error(reconstruction, x, self.shape.likelihood) / len(x)
            divergence = mean.square() + variance - 1 - torch.log(variance + EPSILON)
            total = total + self.shape.beta * 0.5 * divergence.sum(dim=1).mean()
            if self.shape.arms > 1:
                total = total + (q * log_q).sum(dim=1).mean()
            weighted.append(log_q / torch.sqrt(q.var(dim=0) + EPSILON))
        for a, left in enumerate(weighted):
            for right in weighted[a + 1:]:
                distance = (left - right).square().sum(dim=1).mean()
                total = total + self.shape.coupling / (self.shape.arms - 1) * distance
        return total
