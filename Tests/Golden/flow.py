#!/usr/bin/env python3
"""Writes flow.safetensors: a small flow policy in PyTorch, for the tests to agree with.

Section 4.4 of Sources/Learning/Algorithm.md, once more and by automatic differentiation: weights, inputs, velocity, samples
of five Euler steps, the weighted and masked loss, its gradient, and the weights after one step of Adam. Everything is
computed in double precision and stored as float32. Made with PyTorch 2.13.0 (CPU):

    python3 flow.py flow.safetensors
"""
import json
import math
import struct
import sys

import torch
from torch import nn
from torch.nn import functional

ROWS, OBSERVED, AXES, HORIZON = 6, 5, 3, 2
TIME, HIDDEN, BLOCKS, STEPS, RATE = 8, 8, 2, 5, 1e-2
CHUNK = HORIZON * AXES


class Flow(nn.Module):
    """Velocity at [time, observation, noisy chunk]; named as the tensors of a weight file."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleDict(
            {
                "time_in": nn.Linear(TIME, 2 * TIME),
                "time_out": nn.Linear(2 * TIME, TIME),
                "input": nn.Linear(TIME + OBSERVED + CHUNK, HIDDEN),
                "output": nn.Linear(HIDDEN, CHUNK),
            }
        )
        for block in range(BLOCKS):
            self.layers[f"block{block}_norm"] = nn.LayerNorm(HIDDEN, eps=1e-6)
            self.layers[f"block{block}_up"] = nn.Linear(HIDDEN, 4 * HIDDEN)
            self.layers[f"block{block}_down"] = nn.Linear(4 * HIDDEN, HIDDEN)

    def forward(self, observations, noisy, moments):
        """[R, A] of [R, O], [R, A] and [R]."""
        layers = self.layers
        periods = 0.004 * 1000 ** torch.linspace(0, 1, TIME // 2)
        angles = 2 * math.pi * moments[:, None] / periods
        features = torch.cat([angles.sin(), angles.cos()], -1)
        time = layers["time_out"](functional.silu(layers["time_in"](features)))
        trunk = layers["input"](torch.cat([time, observations, noisy], -1))
        for block in range(BLOCKS):
            wide = layers[f"block{block}_up"](layers[f"block{block}_norm"](trunk))
            trunk = trunk + layers[f"block{block}_down"](functional.silu(wide))
        return layers["output"](functional.silu(trunk))

    def named(self):
        """(name in a weight file, parameter, whether PyTorch keeps it transposed)."""
        for path, parameter in self.named_parameters():
            layer, kind = path.split(".")[1:]
            if layer.endswith("norm"):
                kind = {"weight": "scale", "bias": "shift"}[kind]
            name = layer.replace("_", ".") + "." + kind
            yield name, parameter, kind == "weight"


def rounded(tensor):
    """As a float32 holds it."""
    return tensor.float().double()


def main(path):
    torch.manual_seed(7)
    torch.set_default_dtype(torch.float64)
    flow = Flow()
    with torch.no_grad():
        for parameter in flow.parameters():
            # Nothing stays zero or one, so that every gradient is tested.
            parameter.copy_(rounded(parameter + 0.1 * torch.randn_like(parameter)))
    observations = rounded(torch.randn(ROWS, OBSERVED))
    targets = rounded(torch.rand(ROWS, CHUNK) * 2 - 1)
    noise = rounded(torch.randn(ROWS, CHUNK))
    moments = rounded(torch.tensor([0.0, 0.037, 0.25, 0.5, 0.81, 0.999]))
    weights = rounded(torch.tensor([1.0, 0.5, 2.0, 0.25, 1.5, 0.75]))
    mask = torch.tensor([[1.0, 1], [1, 0], [1, 1], [1, 1], [1, 0], [1, 1]])

    tensors = {
        "input.observations": observations,
        "input.targets": targets,
        "input.noise": noise,
        "input.moments": moments,
        "input.weights": weights,
        "input.mask": mask,
    }
    for name, parameter, turned in flow.named():
        tensors["parameters." + name] = (parameter.T if turned else parameter).detach().clone()

    mixed = moments[:, None] * targets + (1 - moments[:, None]) * noise
    velocity = flow(observations, mixed, moments)
    error = (velocity - (targets - noise)) ** 2
    per_step = error.view(ROWS, HORIZON, AXES).sum(-1) * mask
    loss = (weights * per_step.sum(-1) / mask.sum(-1)).mean()
    tensors["output.velocity"] = velocity
    tensors["output.loss"] = loss.reshape(1)
    with torch.no_grad():
        chunk = noise.clone()
        for step in range(STEPS):
            chunk = chunk + flow(observations, chunk, torch.full((ROWS,), step / STEPS)) / STEPS
        tensors["output.samples"] = chunk.clamp(-1, 1)

    adam = torch.optim.Adam(flow.parameters(), lr=RATE)
    loss.backward()
    for name, parameter, turned in flow.named():
        tensors["gradient." + name] = parameter.grad.T if turned else parameter.grad
    adam.step()
    for name, parameter, turned in flow.named():
        tensors["stepped." + name] = parameter.T if turned else parameter

    header, body = {}, b""
    for name, tensor in tensors.items():
        data = tensor.detach().float().contiguous().numpy().tobytes()
        header[name] = {
            "dtype": "F32",
            "shape": list(tensor.shape),
            "data_offsets": [len(body), len(body) + len(data)],
        }
        body += data
    text = json.dumps(header)
    text = text.ljust(-(-len(text) // 8) * 8).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + body)


main(sys.argv[1])
