"""The mixture-of-experts similarity autoencoder (MoE-Sim-VAE) written plainly in PyTorch, as a yardstick of speed.

Encoder, code with noise, clustering network, one expert decoder per type; each expert takes its own cells. The objective:

    0.487 R + 0.024 KL + 0.487 Sim + 0.487 DEPICT
"""
import torch
from model import reconstruction_error
from torch import nn
from torch.nn import functional

EPSILON = 1e-8
HIDDEN, CODE, GATING, EXPERT = 500, 32, 50, 200
DROPOUT = 0.1
MOMENTUM = 0.99


def dense(widths, activation, normalised=False):
    """Affine layers with an activation behind each, and batch normalisation where asked."""
    layers = []
    for inputs, outputs in zip(widths, widths[1:]):
        layers += [nn.Linear(inputs, outputs), activation()]
        if normalised:
            layers.append(nn.BatchNorm1d(outputs, affine=False))
    return nn.ModuleList(layers)


def run(layers, x, dropout=0.0):
    """Through the layers, with dropout behind each activation."""
    for layer in layers:
        x = layer(x)
        if dropout > 0 and isinstance(layer, nn.ELU):
            x = functional.dropout(x, dropout)
    return x


def neighbour_similarity(coordinates, types):
    """1 where one cell is among the 0.8 B / K nearest of the other, else 0: [B, B]."""
    distance = torch.cdist(coordinates, coordinates)
    distance.fill_diagonal_(float("inf"))
    nearest = distance.topk(max(1, round(0.8 * len(coordinates) / types)), largest=False).indices
    similar = torch.zeros_like(distance).scatter_(1, nearest, 1.0)
    return torch.maximum(similar, similar.t()).fill_diagonal_(1.0)


class SimilarityModel(nn.Module):
    """Forward: the objective of a batch of cells [B, D] with coordinates [B, d]."""

    def __init__(self, features, types, likelihood):
        super().__init__()
        self.types = types
        self.likelihood = likelihood
        self.encoder = dense([features, HIDDEN, HIDDEN], nn.ELU, normalised=True)
        self.code = nn.Linear(HIDDEN, CODE)
        self.gating = dense([CODE, GATING], nn.ELU)
        self.type_head = nn.Linear(GATING, types)
        self.experts = nn.ModuleList(nn.Sequential(*dense([CODE, EXPERT, EXPERT], nn.ELU), nn.Linear(EXPERT, features))
                                     for _ in range(types))
        self.register_buffer("means", torch.zeros(types, CODE))

    def posterior(self, code, dropout=0.0):
        """Logits of the types of codes [B, L]."""
        return self.type_head(run(self.gating, code, dropout))

    def decode(self, code, chosen):
        """Each cell through its type's expert."""
        output = code.new_zeros(len(code), self.experts[0][-1].out_features)
        for number, expert in enumerate(self.experts):
            rows = (chosen == number).nonzero().squeeze(1)
            if len(rows) > 0:
                output = output.index_put((rows,), expert(code[rows]))
        return output

    def divergence(self, code, chosen):
        """Of each type's codes around its running mean from a standard normal, by their variances."""
        member = functional.one_hot(chosen, self.types).to(code.dtype)
        sizes = member.sum(0).clamp(min=1).unsqueeze(1)
        with torch.no_grad():
            present = (member.sum(0) > 0).unsqueeze(1)
            self.means += present * (1 - MOMENTUM) * (member.t() @ code / sizes - self.means)
        variance = member.t() @ (code - self.means[chosen]).square() / sizes
        filled = variance[member.sum(0) > 0]
        return 0.5 * (filled.sum(1) - CODE - torch.log(filled + EPSILON).sum(1)).sum() / self.types

    def similarity(self, q, coordinates):
        """Binary cross-entropy of shared types: mean over similar plus mean over other pairs, halved."""
        similar = neighbour_similarity(coordinates, self.types)
        p = (q @ q.t()).clamp(EPSILON, 1 - EPSILON)
        attraction = (similar * -torch.log(p)).sum() / similar.sum()
        repulsion = ((1 - similar) * -torch.log(1 - p)).sum() / (1 - similar).sum().clamp(min=1)
        return 0.5 * (attraction + repulsion)

    def forward(self, x, coordinates):
        loc = self.code(run(self.encoder, x))
        code = loc + torch.randn_like(loc)
        q = functional.softmax(self.posterior(loc), dim=1)
        chosen = q.argmax(1)
        noisy = self.code(run(self.encoder, x, DROPOUT))
        noisy_log_q = functional.log_softmax(self.posterior(noisy + torch.randn_like(noisy), DROPOUT), dim=1)
        target = (q / q.sum(0, keepdim=True).sqrt()).detach()
        depict = -(target / target.sum(1, keepdim=True) * noisy_log_q).sum(1).mean()
        reconstruction = reconstruction_error(self.decode(code, chosen), x, self.likelihood) / x.numel()
        return (0.487 * reconstruction + 0.024 * self.divergence(code, chosen) + 0.487 * self.similarity(q, coordinates)
                + 0.487 * depict)
