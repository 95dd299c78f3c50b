#!/usr/bin/env python3
"""Golden files of the transformer policies, computed with PyTorch in double precision and written as 32-bit floats.

    python3 transformers.py        # needs torch; writes tokens, mixture and transformer_flow.safetensors beside itself

Each is a tiny network (2 blocks of width 16, 2 heads, 3 rows, 2 steps of 3 axes) with every weight disturbed, so that every
gradient is one: weights by Hone's names, inputs with row weights and a mask, the loss, its gradients, the weights behind one
Adam step of 1e-3, and samples of given noise with their log-densities. `Learning/Algorithm.md` 4.4 to 4.7 says what they are.
"""
import json, math, pathlib, struct
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
O, A, H, B, D, HEADS, BLOCKS, BINS, MODES, N = 5, 3, 2, 3, 16, 2, 2, 8, 3, 4


class Weights(dict):
    """Named tensors, weights [in, out], all of them normal numbers."""

    def affine(self, name, inputs, outputs):
        self.tensor(name + ".weight", inputs, outputs, scale=inputs ** -0.5)
        self.tensor(name + ".bias", outputs, scale=0.1)

    def norm(self, name):
        self.tensor(name + ".scale", D, scale=0.1)
        self[name + ".scale"] += 1
        self.tensor(name + ".shift", D, scale=0.1)

    def tensor(self, name, *shape, scale):
        self[name] = torch.randn(*shape).float().double() * scale


def affine(w, name, x):
    return x @ w[name + ".weight"] + w[name + ".bias"]


def norm(w, name, x):
    return F.layer_norm(x, (D,), w[name + ".scale"], w[name + ".shift"], 1e-5)


def trunk_weights(w, places):
    w.affine("observe.in", O, 128), w.affine("observe.out", 128, D), w.tensor("places", places, D, scale=0.5)
    for i in range(BLOCKS):
        b = f"block{i}."
        w.norm(b + "norm1"), w.affine(b + "attend", D, 3 * D), w.affine(b + "out", D, D)
        w.norm(b + "norm2"), w.affine(b + "up", D, 4 * D), w.affine(b + "down", 4 * D, D)
    w.norm("last")


def trunk(w, o, x, seen):
    """o [B, O], x [B, T - 1, D] without places, seen [T, T]: outputs [B, T, D]."""
    first = affine(w, "observe.out", F.elu(affine(w, "observe.in", o)))[:, None]
    x = torch.cat([first, x], 1) + w["places"][: 1 + x.shape[1]]
    for i in range(BLOCKS):
        b = f"block{i}."
        q, k, v = (z.unflatten(-1, (HEADS, -1)).transpose(1, 2) for z in affine(w, b + "attend", norm(w, b + "norm1", x)).chunk(3, -1))
        p = (q @ k.transpose(-1, -2) / math.sqrt(D // HEADS)).masked_fill(~seen, -math.inf).softmax(-1)
        x = x + affine(w, b + "out", (p @ v).transpose(1, 2).flatten(2))
        x = x + affine(w, b + "down", F.gelu(affine(w, b + "up", norm(w, b + "norm2", x)), approximate="tanh"))
    return norm(w, "last", x)


class Tokens:
    n = H * A

    def weights(self, w):
        trunk_weights(w, self.n)
        w.tensor("tokens", A, BINS, D, scale=0.5), w.affine("head.in", D, D), w.affine("head.out", D, BINS)

    def log_probabilities(self, w, o, tokens):
        """tokens [B, n], the last of which nobody sees: [B, n, K]."""
        acted = w["tokens"][torch.arange(self.n - 1) % A, tokens[:, :-1]]
        out = trunk(w, o, acted, torch.ones(self.n, self.n, dtype=torch.bool).tril())
        return affine(w, "head.out", F.elu(affine(w, "head.in", out))).log_softmax(-1)

    def loss(self, w, o, targets, weights, mask):
        place = (targets + 1) * (BINS - 1) / 2
        nearest = (place - 0.5).ceil().clamp(0, BINS - 1).long()
        lower = place.floor().clamp(max=BINS - 2)
        label = torch.zeros(B, self.n, BINS)
        label.scatter_(-1, lower.long()[..., None], (1 - (place - lower))[..., None])
        label.scatter_(-1, lower.long()[..., None] + 1, (place - lower)[..., None])
        each = -(label * self.log_probabilities(w, o, nearest)).sum(-1)
        return (each * mask.repeat_interleave(A, 1) * weights[:, None]).sum()

    def sample(self, w, o):
        noise = torch.rand(B, N, self.n).float().double()
        tokens = torch.zeros(B, N, self.n, dtype=torch.long)
        density = torch.zeros(B, N)
        for t in range(self.n):
            p = self.log_probabilities(w, o.repeat_interleave(N, 0), tokens.flatten(0, 1))[:, t].exp()
            drawn = (p.cumsum(-1) <= noise[..., t].flatten()[:, None]).sum(-1)
            tokens[..., t] = drawn.view(B, N)
            density += p.gather(-1, drawn[:, None]).log().view(B, N)
        return noise, tokens * 2 / (BINS - 1) - 1, density


class Mixture:
    def weights(self, w):
        trunk_weights(w, 1 + H)
        w.affine("component", D, MODES), w.affine("normal", D, 2 * MODES * A)

    def normals(self, w, o):
        """Log-weights [B, M], means and deviations [B, H, M, A]."""
        seen = torch.arange(1 + H) <= H * torch.arange(1 + H)[:, None]
        out = trunk(w, o, torch.zeros(len(o), H, D), seen)
        mean, raw = affine(w, "normal", out[:, 1:]).unflatten(-1, (2, MODES, A)).unbind(2)
        return affine(w, "component", out[:, 0]).log_softmax(-1), mean.tanh(), 0.02 + F.softplus(raw)

    def loss(self, w, o, targets, weights, mask):
        share, mean, deviation = self.normals(w, o)
        score = (targets.view(B, H, 1, A) - mean) / deviation
        density = (-0.5 * score**2 - deviation.log()).sum(-1) * mask[..., None]
        return -(torch.logsumexp(share + density.sum(1), -1) * weights).sum()

    def sample(self, w, o):
        share, mean, deviation = self.normals(w, o)
        noise = torch.cat([torch.rand(B, N, 1), torch.randn(B, N, H * A)], -1).float().double()
        pick = (share.exp().cumsum(-1)[:, None] <= noise[..., :1]).sum(-1)
        own = noise[..., 1:].view(B, N, H, A)
        noised = torch.stack([own[:, :, 0], 0.9 * own[:, :, 0] + math.sqrt(1 - 0.81) * own[:, :, 1]], 2)
        rows = torch.arange(B)[:, None]
        action = mean[rows, :, pick] + deviation[rows, :, pick] * noised
        # The normal density of a whole plan in each component, with the covariance that the noise has.
        covariance = torch.tensor([[1, 0.9], [0.9, 1]])
        score = (action[:, :, :, None] - mean[:, None]) / deviation[:, None]
        normal = torch.distributions.MultivariateNormal(torch.zeros(H), covariance)
        each = normal.log_prob(score.movedim(2, -1)) - deviation.log().sum(1)[:, None]
        density = torch.logsumexp(share[:, None] + each.sum(-1), -1)
        return noise, action.clamp(-1, 1).flatten(2), density


class Flow:
    steps = 10

    def weights(self, w):
        trunk_weights(w, 1 + H)
        w.tensor("noised.weight", A, D, scale=A ** -0.5), w.affine("time", D, D), w.affine("embed", D, D)
        w.affine("velocity", D, A)

    def draw(self, targets, mask):
        """Times, noised plans and their velocities; behind an end the last action that is there stands."""
        a, z = targets.view(B, H, A).clone(), torch.randn(B, H, A)
        a[:, 1] = torch.where(mask[:, 1:] > 0, a[:, 1], a[:, 0])
        times = torch.rand(B).float().double()
        t = times[:, None, None]
        noisy, wanted = (x.flatten(1).float().double() for x in (t * a + (1 - t) * z, a - z))
        return dict(times=times, noisy=noisy, wanted=wanted)

    def velocities(self, w, o, x, times):
        """x [B, H, A], times [B]."""
        periods = 0.004 * 1000 ** torch.linspace(0, 1, D // 2)
        angles = 2 * math.pi * times[:, None] / periods
        timed = affine(w, "time", torch.cat([angles.sin(), angles.cos()], -1))
        acted = affine(w, "embed", F.silu(x @ w["noised.weight"] + timed[:, None]))
        seen = torch.arange(1 + H) <= H * torch.arange(1 + H)[:, None]
        return affine(w, "velocity", trunk(w, o, acted, seen)[:, 1:])

    def loss(self, w, o, targets, weights, mask, times, noisy, wanted):
        each = (self.velocities(w, o, noisy.view(B, H, A), times) - wanted.view(B, H, A)).pow(2).sum(-1) * mask
        return (each.sum(1) / mask.sum(1) * weights).sum()

    def sample(self, w, o):
        noise = torch.randn(B, N, H * A).float().double()
        x, o = noise.view(B * N, H, A), o.repeat_interleave(N, 0)
        for i in range(self.steps):
            x = x + self.velocities(w, o, x, torch.full((B * N,), i / self.steps)) / self.steps
        return noise, x.clamp(-1, 1).view(B, N, H * A), torch.zeros(B, N)


def write(path, tensors):
    header, body = {}, b""
    for name, x in tensors.items():
        data = x.detach().float().contiguous().flatten().tolist()
        data = struct.pack(f"<{len(data)}f", *data)
        header[name] = dict(dtype="F32", shape=list(x.shape), data_offsets=[len(body), len(body) + len(data)])
        body += data
    header["__metadata__"] = dict(torch=torch.__version__.split("+")[0])
    text = json.dumps(header)
    text += " " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text.encode() + body)


def golden(name, policy):
    torch.manual_seed(7)
    w = Weights()
    policy.weights(w)
    for x in w.values():
        x.requires_grad_()
    o, targets = torch.randn(B, O).float().double(), (torch.rand(B, H * A) * 1.9 - 0.95).float().double()
    weights, mask = torch.tensor([1.0, 0.5, 1.5]), torch.tensor([[1.0, 1], [1, 0], [1, 1]])
    before = {f"weight.{n}": x.detach().clone() for n, x in w.items()}
    drawn = policy.draw(targets, mask) if hasattr(policy, "draw") else {}
    loss = policy.loss(w, o, targets, weights, mask, **drawn)
    (loss / B).backward()
    noise, actions, density = policy.sample(w, o)
    tensors = before | {f"gradient.{n}": x.grad.clone() for n, x in w.items()}
    torch.optim.Adam(w.values(), 1e-3).step()
    tensors |= {f"stepped.{n}": x for n, x in w.items()}
    tensors |= drawn | dict(observations=o, targets=targets, weights=weights, mask=mask, loss=loss.reshape(1), noise=noise.flatten(0, 1),
                    actions=actions.flatten(0, 1), densities=density.flatten())
    write(pathlib.Path(__file__).with_name(name + ".safetensors"), tensors)


if __name__ == "__main__":
    golden("tokens", Tokens())
    golden("mixture", Mixture())
    golden("transformer_flow", Flow())
