"""Weights of the official PA-RL release (JAX, Flax) to a checkpoint that `hone … --weights FILE` starts from.

    convert_parl.py --policy CHECKPOINT --critic CHECKPOINT --output FILE.safetensors

A checkpoint is an Orbax folder, as the release writes them (`checkpoint_<step>`), or an NPZ of its leaves by path, such as
`state/params/modules_actor/reverse_network/Dense_0/kernel`. README.md beside this file has the mapping.
"""

import argparse
import json
import struct
import sys
from pathlib import Path

import numpy as np

UNLIMITED = np.finfo(np.float32).max  # of normalised observations: none are normalised
COUNTERS = ["imitation_updates", "critic_updates", "policy_updates", "policy_step", "critic_step", "value_step"]


class LayoutError(Exception):
    """A checkpoint of another network; a sentence for a person."""


def leaves(path):
    """Every array of a checkpoint by its path, parts joined with slashes."""
    path = Path(path)
    if path.suffix == ".npz":
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    if not path.is_dir():
        raise LayoutError(f"{path} is neither an Orbax folder nor an NPZ")
    import orbax.checkpoint

    tree = orbax.checkpoint.PyTreeCheckpointer().restore(str(path.resolve()))
    flat = {}

    def walk(node, prefix):
        if isinstance(node, dict):
            for key, child in node.items():
                walk(child, [*prefix, str(key)])
        elif hasattr(node, "shape"):
            flat["/".join(prefix)] = np.asarray(node)

    walk(tree, [])
    return flat


class Tree:
    """One set of parameters of a checkpoint, such as its target parameters."""

    def __init__(self, leaves, root):
        self.root = root
        self.leaves = {name[len(root) + 1 :]: value for name, value in leaves.items() if name.startswith(root + "/")}
        if not self.leaves:
            raise LayoutError(f"the checkpoint has nothing below {root}; it has: {', '.join(sorted(leaves)[:8])} …")
        self.taken = set()

    def take(self, name, rank):
        """An array of so many dimensions."""
        if name not in self.leaves:
            raise LayoutError(f"the checkpoint has no {self.root}/{name}")
        value = np.asarray(self.leaves[name], np.float32)
        if value.ndim != rank:
            raise LayoutError(f"{self.root}/{name} is {list(value.shape)}; expected {rank} dimensions")
        self.taken.add(name)
        return value

    def count(self, pattern):
        """How many of `pattern.format(0)`, `pattern.format(1)`, … there are."""
        number = 0
        while pattern.format(number) in self.leaves:
            number += 1
        return number


def policy_tensors(tree):
    """Hone's diffusion network, tensor by tensor, of PA-RL's score network."""
    a = "modules_actor/"
    tensors = {"time.fourier": tree.take(a + "time_preprocess/kernel", 2).reshape(-1)}

    def affine(name, path):
        tensors[name + ".weight"] = tree.take(a + path + "/kernel", 2)
        tensors[name + ".bias"] = tree.take(a + path + "/bias", 1)

    affine("time.in", "cond_encoder/Dense_0")
    affine("time.out", "cond_encoder/Dense_1")
    affine("input", "reverse_network/Dense_0")
    for block in range(tree.count(a + "reverse_network/MLPResNetBlock_{}/Dense_0/kernel")):
        path = f"reverse_network/MLPResNetBlock_{block}"
        tensors[f"block{block}.norm.scale"] = tree.take(f"{a}{path}/LayerNorm_0/scale", 1)
        tensors[f"block{block}.norm.shift"] = tree.take(f"{a}{path}/LayerNorm_0/bias", 1)
        affine(f"block{block}.up", path + "/Dense_0")
        affine(f"block{block}.down", path + "/Dense_1")
    affine("output", "reverse_network/Dense_1")
    return tensors


def critic_tensors(tree):
    """Hone's ensemble, tensor by tensor: the members of PA-RL's are the first dimension of its trunk's arrays."""
    c = "modules_critic/"
    # Flax names a network that is passed in after its field, or after itself (flax_preserve_adopted_names).
    trunk = next((c + name for name in ("network", "critic_ensemble") if c + name + "/Dense_0/kernel" in tree.leaves), None)
    if trunk is None:
        raise LayoutError(f"the checkpoint has no {tree.root}/{c}network/Dense_0/kernel: no ensemble with a shared head")
    layers = tree.count(trunk + "/Dense_{}/kernel")
    members = tree.take(trunk + "/Dense_0/kernel", 3).shape[0]
    tensors = {}
    for member in range(members):
        for layer in range(layers):
            name = f"member{member}.layer{layer}"
            tensors[name + ".weight"] = tree.take(f"{trunk}/Dense_{layer}/kernel", 3)[member]
            tensors[name + ".bias"] = tree.take(f"{trunk}/Dense_{layer}/bias", 2)[member]
            tensors[name + ".norm.scale"] = tree.take(f"{trunk}/LayerNorm_{layer}/scale", 2)[member]
            tensors[name + ".norm.shift"] = tree.take(f"{trunk}/LayerNorm_{layer}/bias", 2)[member]
    tensors["head.weight"] = tree.take(c + "Dense_0/kernel", 2)
    tensors["head.bias"] = tree.take(c + "Dense_0/bias", 1)
    return tensors


def settings(policy, critic):
    """The launch file's values that these networks need, beside `preset: paper`."""
    layers = sum(name.startswith("member0.layer") and name.endswith(".weight") for name in critic)
    return {
        "policy.hidden": policy["input.weight"].shape[1],
        "policy.num_blocks": sum(name.endswith(".up.weight") for name in policy),
        "policy.time_dim": policy["time.out.weight"].shape[1],
        "critic.hidden": critic["head.weight"].shape[0],
        "critic.num_layers": layers,
        "critic.critic_ensemble_size": sum(name.endswith(".layer0.weight") for name in critic),
        "critic.num_bins": critic["head.weight"].shape[1],
    }


def sizes(policy, critic):
    """Observed scalars and axes; both networks must mean the same."""
    actions = policy["output.weight"].shape[1]
    observed = policy["input.weight"].shape[0] - policy["time.out.weight"].shape[1] - actions
    inputs = critic["member0.layer0.weight"].shape[0]
    if inputs != observed + actions:
        raise LayoutError(
            f"the policy sees {observed} scalars and moves {actions} axes, but the critic has {inputs} inputs"
        )
    return observed, actions


def checkpoint(policy_leaves, critic_leaves):
    """Every tensor of Hone's checkpoint by name; Adam begins anew, as the release itself does."""
    tensors = {}

    def place(name, online, average):
        for key in online:
            if average[key].shape != online[key].shape:
                raise LayoutError(f"{key} has another shape in the average than in the parameters")
        for part, values in (
            ("parameters", online),
            ("averages", average),
            ("first_moments", {key: np.zeros_like(value) for key, value in online.items()}),
            ("second_moments", {key: np.zeros_like(value) for key, value in online.items()}),
        ):
            for key, value in values.items():
                tensors[f"{name}.{part}.{key}"] = value

    online, average = Tree(policy_leaves, "state/params"), Tree(policy_leaves, "state/target_params")
    policy = policy_tensors(online)
    place("policy", policy, policy_tensors(average))
    online, average = Tree(critic_leaves, "state/params"), Tree(critic_leaves, "state/target_params")
    critic = critic_tensors(online)
    place("critic", critic, critic_tensors(average))
    observed, actions = sizes(policy, critic)
    tensors = {
        "normaliser.mean": np.zeros(observed, np.float32),
        "normaliser.deviation": np.ones(observed, np.float32),
        "normaliser.limit": np.array([UNLIMITED], np.float32),
        **tensors,
    }
    return tensors, settings(policy, critic), observed, actions


def write(tensors, path):
    header = {"__metadata__": {name: "0" for name in COUNTERS} | {"source": "PA-RL"}}
    offset = 0
    for name, value in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [offset, offset + value.nbytes]}
        offset += value.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "xb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for value in tensors.values():
            file.write(np.ascontiguousarray(value, "<f4").tobytes())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--policy", required=True, help="checkpoint of the diffusion policy (DDPMBCAgent)")
    parser.add_argument("--critic", required=True, help="checkpoint of the critic (PA-RL with Cal-QL)")
    parser.add_argument("--output", required=True, help="file to write; it must not exist")
    arguments = parser.parse_args()
    try:
        tensors, needed, observed, actions = checkpoint(leaves(arguments.policy), leaves(arguments.critic))
        if not all(np.isfinite(value).all() for value in tensors.values()):
            raise LayoutError("the checkpoint holds numbers that are not finite")
        write(tensors, arguments.output)
    except (LayoutError, OSError, ValueError) as error:
        print(f"convert_parl: {error}", file=sys.stderr)
        return 65
    print(f"{arguments.output}: for a robot with {observed} observed scalars and {actions} axes, with")
    print("  --set preset=paper " + " ".join(f"--set {key}={value}" for key, value in needed.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
