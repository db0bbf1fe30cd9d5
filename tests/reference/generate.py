#!/usr/bin/env python3
"""Writes what PyTorch computes: data/*.txt, every step of attention for the shapes that the notebook
hides, and walkthrough/documented/pytorch.txt, the steps of the notebook's own models that it does
not print. Needed only to write the data anew, not to run the tests:

    generate.py              with a PyTorch that has no MKL, or from 2.7 on: all cases but the last
    generate.py with_mkl     with an older PyTorch that has MKL: its dropout masks, and cases whose
                             sums run in another order

A file holds lines "NAME VALUE" of configuration, then tensors: "float32 NAME SIZE SIZE ...", the next
line with the bits of each number as eight hexadecimal digits; "float64" with sixteen.
"""

import copy
import math
import pathlib
import sys

import torch

DATA = pathlib.Path(__file__).parent / "data"
DOCUMENTED = pathlib.Path(__file__).parents[2] / "walkthrough/documented"
MOST_WEIGHTS_TO_KEEP = 2000
LAYER_NAMES = ("W_query", "W_key", "W_value", "out_proj")


def bits(tensor):
    integer, digits = (torch.int32, 8) if tensor.dtype == torch.float32 else (torch.int64, 16)
    words = tensor.detach().contiguous().view(integer).reshape(-1).tolist()
    return [f"{word % 16**digits:0{digits}x}" for word in words]


class File:
    def __init__(self, **config):
        self.lines = [f"{name} {value}" for name, value in config.items()]

    def add(self, name, tensor):
        """Of a large weight, and of its gradient, the first rows."""
        if tensor.numel() > MOST_WEIGHTS_TO_KEEP and ".weight" in name:
            tensor = tensor[: MOST_WEIGHTS_TO_KEEP // tensor.shape[-1]]
        kind = "float32" if tensor.dtype == torch.float32 else "float64"
        self.lines += [" ".join([kind, name, *map(str, tensor.shape)]), " ".join(bits(tensor))]

    def write(self, path):
        path.write_text("\n".join(self.lines) + "\n")


def mask_scores(scores):
    """The last query and the last key are of one token: with a cache, there are more keys."""
    num_queries, num_keys = scores.shape[-2:]
    later = torch.ones(num_queries, num_keys).triu(diagonal=1 + num_keys - num_queries).bool()
    return scores.masked_fill(later, -torch.inf)


def no_mask(scores):
    return scores


def attention(queries, keys, values, mask=mask_scores, dropout=torch.nn.Identity()):
    """The steps from queries, keys and values to context vectors."""
    steps = {"attn_scores": queries @ keys.transpose(-2, -1)}
    steps["masked_scores"] = mask(steps["attn_scores"])
    steps["scaled_scores"] = steps["masked_scores"] / keys.shape[-1] ** 0.5
    steps["attn_weights"] = torch.softmax(steps["scaled_scores"], dim=-1)
    steps["dropped_weights"] = dropout(steps["attn_weights"])
    steps["context_vecs"] = steps["dropped_weights"] @ values
    return steps


def split(x, num_heads):
    return x.view(*x.shape[:-1], num_heads, -1).transpose(-3, -2)


def join(x):
    return x.transpose(-3, -2).flatten(-2)


def forward(layers, inputs, num_heads, mask=mask_scores, dropout=torch.nn.Identity()):
    """The steps of attention in heads; of the layers, the fourth projects what the heads make."""
    names = ("queries", "keys", "values")
    steps = {name: layer(inputs) for name, layer in zip(names, layers)}
    heads = {name: split(steps[name], num_heads) for name in names}
    heads.update(attention(*heads.values(), mask, dropout))
    steps.update({f"heads.{name}": heads[name] for name in heads})
    steps["joined"] = join(heads["context_vecs"])
    steps["context_vecs"] = layers[3](steps["joined"]) if len(layers) > 3 else steps["joined"]
    return steps


class Rand(torch.nn.Module):
    """A weight matrix from rand, d_in x d_out."""

    def __init__(self, d_in, d_out):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.rand(d_in, d_out))

    def forward(self, x):
        return x @ self.weight


def projections(d_in, d_out, bias=False):
    """Of queries, keys and values."""
    return [torch.nn.Linear(d_in, d_out, bias) for _ in range(3)]


def in_double(layers):
    return copy.deepcopy(layers).double()


def parameters(layers):
    return {f"{name}.{part}": parameter for name, layer in zip(LAYER_NAMES, layers)
            for part, parameter in layer.named_parameters()}


def write(name, kind, seed, d_in, d_out, tokens, batch=1, num_heads=1, context_length=None,
          qkv_bias=False, dropout=0.0, training_seed=0, input_factor=1, with_gradients=True,
          pieces=(), num_kv_heads=None):
    context_length = context_length or tokens
    file = File(kind=kind, seed=seed, d_in=d_in, d_out=d_out, tokens=tokens, batch=batch,
                num_heads=num_heads, context_length=context_length, qkv_bias=int(qkv_bias),
                dropout=dropout, training_seed=training_seed, input_factor=input_factor)
    torch.manual_seed(seed)
    if kind == "self_attention_v1":
        layers = [Rand(d_in, d_out) for _ in range(3)]
    else:
        layers = projections(d_in, d_out, qkv_bias)
    has_out_proj = kind == "multi_head_attention"
    if has_out_proj:
        layers.append(torch.nn.Linear(d_out, d_out))
    layers = torch.nn.ModuleList(layers).requires_grad_(False)
    inputs = (2 * torch.rand(batch, tokens, d_in) - 1) * input_factor
    context_vecs_grad = 2 * torch.rand(batch, tokens, d_out) - 1
    for name_of_part, tensor in parameters(layers).items():
        file.add(name_of_part, tensor)
    file.add("inputs", inputs)

    mask = no_mask if kind.startswith("self") else mask_scores
    torch.manual_seed(training_seed)
    steps = forward(layers, inputs, num_heads, mask, torch.nn.Dropout(dropout))
    for step in ("queries", "keys", "values"):
        file.add(step, steps[step])
    for step in ("attn_scores", "scaled_scores", "attn_weights", "dropped_weights"):
        file.add(step, steps[f"heads.{step}"])
    file.add("context_of_heads", steps["heads.context_vecs"])
    if has_out_proj:
        file.add("joined", steps["joined"])
    file.add("context_vecs", steps["context_vecs"])

    # The same in double, with the same numbers dropped.
    factor = torch.ones_like(steps["heads.attn_weights"], dtype=torch.float64)
    if dropout > 0:
        torch.manual_seed(training_seed)
        factor = (torch.nn.Dropout(dropout)(factor.float()) > 0).double() / (1 - dropout)
    exact = forward(in_double(layers), inputs.double(), num_heads, mask, lambda w: w * factor)
    file.add("exact_context_vecs", exact["context_vecs"])
    if has_out_proj and with_gradients:
        def grads_of(x, dropout):
            torch.manual_seed(training_seed)
            loss = lambda context_vecs: (context_vecs * context_vecs_grad.to(x.dtype)).sum()
            return gradients(layers, x, num_heads, loss, dropout)[1]

        file.add("context_vecs_grad", context_vecs_grad)
        for step, grad in grads_of(inputs, torch.nn.Dropout(dropout)).items():
            if step not in ("logits_grad", "heads.queries_grad", "heads.keys_grad",
                            "heads.values_grad", "heads.masked_scores_grad",
                            "heads.context_vecs_grad"):
                file.add(step, grad)
        for step, grad in grads_of(inputs.double(), lambda w: w * factor).items():
            if step == "inputs_grad" or "." in step and not step.startswith("heads"):
                file.add(f"exact_{step}", grad)
    if pieces:
        add_pieces(file, layers, inputs, pieces, num_heads, num_kv_heads)
    file.write(DATA / f"{name}.txt")


def add_pieces(file, layers, inputs, pieces, num_heads, num_kv_heads):
    """The same text in pieces, with a cache; and all at once, with grouped queries."""
    file.lines += [f"pieces {','.join(map(str, pieces))}", f"num_kv_heads {num_kv_heads}"]
    steps = with_cache(layers, inputs.split(pieces, dim=1), num_heads)
    for i, piece in enumerate(steps):
        for step, tensor in piece.items():
            if step not in ("new_keys", "new_values", "heads.masked_scores", "heads.dropped_weights"):
                file.add(f"piece_{i}.{step}", tensor)
    for prefix, model, x in (("", layers, inputs), ("exact_", in_double(layers), inputs.double())):
        steps = with_cache(model, x.split(pieces, dim=1), num_heads)
        file.add(f"{prefix}context_vecs_with_cache", torch.cat([p["context_vecs"] for p in steps], dim=1))
        grouped = with_cache(model, [x], num_heads, num_kv_heads)[0]
        file.add(f"{prefix}grouped_context_vecs", grouped["context_vecs"])


def write_rotary(name, cases):
    """In double, for how far from it single precision ends is known."""
    file = File(kind="rotary")
    torch.manual_seed(23)
    for i, (tokens, head_dim, first_position) in enumerate(cases):
        head = 2 * torch.rand(tokens, head_dim) - 1
        file.lines.append(f"first_position_{i} {first_position}")
        file.add(f"head_{i}", head)
        for pairs in ("neighbours", "halves"):
            file.add(f"{pairs}_{i}", rotated(head.double(), first_position, pairs))
    file.write(DATA / f"{name}.txt")


def write_all():
    write("self_attention_v1", "self_attention_v1", seed=11, d_in=5, d_out=3, tokens=4)
    write("self_attention_v2", "self_attention_v2", seed=12, d_in=4, d_out=7, tokens=6)
    write("self_attention_v2_bias", "self_attention_v2", seed=13, d_in=7, d_out=4, tokens=5,
          qkv_bias=True)
    write("causal_attention", "causal_attention", seed=14, d_in=5, d_out=3, tokens=4, batch=2,
          context_length=9, qkv_bias=True)
    write("causal_attention_dropout", "causal_attention", seed=15, d_in=4, d_out=6, tokens=7,
          batch=3, dropout=0.1, training_seed=99)
    write("three_heads", "multi_head_attention", seed=16, d_in=5, d_out=12, tokens=7, batch=2,
          num_heads=3, context_length=10)
    write("four_heads_bias", "multi_head_attention", seed=17, d_in=7, d_out=20, tokens=6, batch=3,
          num_heads=4, context_length=8, qkv_bias=True)
    write("one_token", "multi_head_attention", seed=18, d_in=3, d_out=8, tokens=1, batch=2,
          num_heads=4, context_length=5, qkv_bias=True)
    write("dropout_0.1", "multi_head_attention", seed=19, d_in=6, d_out=9, tokens=8, batch=2,
          num_heads=3, dropout=0.1, training_seed=7, qkv_bias=True)
    write("dropout_0.5", "multi_head_attention", seed=20, d_in=9, d_out=6, tokens=5, batch=3,
          num_heads=2, context_length=7, dropout=0.5, training_seed=8)
    write("scaled_scores_of_50", "multi_head_attention", seed=21, d_in=8, d_out=12, tokens=9,
          batch=2, num_heads=3, input_factor=16)
    write("d_768", "multi_head_attention", seed=22, d_in=768, d_out=768, tokens=4, num_heads=12,
          context_length=1024)
    for i in range(10):
        torch.manual_seed(1000 + i)
        pick = lambda low, high: int(torch.randint(low, high + 1, ()))
        num_heads = pick(1, 5)
        tokens = pick(2, 12)
        write(f"random_{i}", "multi_head_attention", seed=pick(0, 2**31), d_in=pick(1, 16),
              d_out=num_heads * pick(1, 7), tokens=tokens, batch=pick(1, 3), num_heads=num_heads,
              context_length=tokens + pick(0, 5), qkv_bias=bool(pick(0, 1)),
              dropout=pick(0, 9) / 10, training_seed=pick(0, 2**31))
    write("pieces_three_heads", "multi_head_attention", seed=24, d_in=5, d_out=12, tokens=9, batch=2,
          num_heads=3, context_length=10, qkv_bias=True, with_gradients=False, pieces=(2, 1, 6),
          num_kv_heads=1)
    write("pieces_four_heads", "multi_head_attention", seed=25, d_in=7, d_out=20, tokens=7, batch=3,
          num_heads=4, with_gradients=False, pieces=(1, 1, 3, 2), num_kv_heads=2)
    write("pieces_one_token", "multi_head_attention", seed=26, d_in=3, d_out=8, tokens=1, batch=2,
          num_heads=4, context_length=2, qkv_bias=True, with_gradients=False, pieces=(1,),
          num_kv_heads=4)
    write_rotary("rotary", [(7, 8, 0), (5, 6, 1000), (3, 2, 30000)])
    write_masks("masks_without_mkl")
    write_notebook()


def write_notebook():
    """The steps of the notebook's models that it does not print."""
    rest = File()
    rest.lines = ["# The steps of the notebook's models that it does not print, as PyTorch "
                  f"{torch.__version__.split('+')[0]} computes them on a",
                  "# CPU, in the form of notebook.txt. tests/reference/generate.py writes this file.", ""]

    def add(prefix, steps, *names):
        for name in names or steps:
            rest.add(f"{prefix}.{name}", steps[name])

    def steps_of(layers, x, mask=mask_scores, dropout=torch.nn.Identity()):
        projected = dict(zip(("queries", "keys", "values"), (layer(x) for layer in layers)))
        return {**projected, **attention(*projected.values(), mask, dropout)}

    def drawn(seed):
        torch.manual_seed(seed)
        return projections(3, 2)

    tokens = torch.tensor([[0.43, 0.15, 0.89], [0.55, 0.87, 0.66], [0.57, 0.85, 0.64],
                           [0.22, 0.58, 0.33], [0.77, 0.25, 0.10], [0.05, 0.80, 0.55]])
    batch = torch.stack((tokens, tokens))
    large = torch.tensor([0.0, 1000, 1001])
    add("simplified_self_attention", {
        "softmax_naive(large_scores)": torch.exp(large) / torch.exp(large).sum(dim=0),
        "softmax(large_scores)": torch.softmax(large, dim=0)})

    torch.manual_seed(123)
    v1 = steps_of([Rand(3, 2) for _ in range(3)], tokens, no_mask)
    v2 = steps_of(drawn(789), tokens, no_mask)
    of_head = ("attn_scores", "scaled_scores", "attn_weights")
    add("self_attention", {"scaled_scores_2": v1["queries"][1] @ v1["keys"].T / 2**0.5})
    add("self_attention.steps_v1", v1, "queries", *of_head)
    add("self_attention.steps_v2", v2, "queries", "keys", "values", *of_head)

    first = drawn(123)
    heads = [steps_of(layers, batch) for layers in (first, projections(3, 2))]
    torch.manual_seed(123)
    training = steps_of(first, batch, dropout=torch.nn.Dropout(0.5))
    torch.manual_seed(123)
    fifth = torch.nn.Dropout(0.2)(torch.ones(6, 6))
    add("causal_attention", {
        "attn_scores": v2["attn_scores"],
        "row_sums": (v2["attn_weights"] * torch.tril(torch.ones(6, 6))).sum(dim=1),
        "dropout_of_a_fifth": fifth})
    add("causal_attention.ca", parameters(first))
    add("causal_attention.training_steps", training, "dropped_weights", "context_vecs")
    add("causal_attention.first", {name: x[0] for name, x in heads[0].items()},
        "queries", "keys", "values", "attn_scores", "masked_scores", *of_head[1:])

    mha = torch.nn.ModuleList([*drawn(123), torch.nn.Linear(2, 2)])
    steps = forward(mha, tokens, 2)
    add("multi_head_attention.heads_of_wrapper",
        {"attn_weights": torch.stack([head["attn_weights"][0] for head in heads])})
    add("multi_head_attention.steps",
        {name: steps[name] for name in steps if name not in ("heads.dropped_weights", "context_vecs")})
    # Chapter 7: whether the next word begins with an s, and the gradients of the loss.
    targets = torch.tensor([0, 1, 0, 0, 1, 0])
    loss, grads = gradients(mha, tokens, 2,
                            lambda logits: torch.nn.functional.cross_entropy(logits, targets))
    add("learning", {"probabilities": torch.softmax(steps["context_vecs"], dim=-1), "loss": loss})
    for name, grad in grads.items():
        add("learning", {name: grad})
        # Some gradients are small: a millionth of the largest, as a power of ten.
        rest.lines.append(f"bound 1e{math.ceil(math.log10(grad.abs().max())) - 6}")
    add("learning", {"losses": recall_losses([0, 1, 2, 5, 10, 20, 40, 60])})
    rest.lines.append("bound 1e-5")  # rounding adds up from step to step
    add("one_token_at_a_time", one_token_at_a_time(mha, tokens))
    rest.write(DOCUMENTED / "pytorch.txt")


def rotated(x, first_position, pairs):
    """Rotary positions of x, tokens x head_dim: neighbours as complex numbers, as Su et al. write them,
    or halves, as GPT-NeoX and Llama compute them."""
    head_dim = x.shape[-1]
    frequencies = 10000 ** -(torch.arange(0, head_dim, 2).to(x.dtype) / head_dim)
    positions = torch.arange(first_position, first_position + x.shape[-2]).to(x.dtype)
    angles = torch.outer(positions, frequencies)
    if pairs == "neighbours":
        turns = torch.polar(torch.ones_like(angles), angles)
        neighbours = torch.view_as_complex(x.unflatten(-1, (-1, 2)).contiguous())
        return torch.view_as_real(neighbours * turns).flatten(-2)
    first, second = x.chunk(2, dim=-1)
    both = torch.cat((angles, angles), dim=-1)
    return x * both.cos() + torch.cat((-second, first), dim=-1) * both.sin()


def mask_at_top_left(scores):
    """Right only without a cache."""
    return scores.masked_fill(torch.ones(scores.shape[-2:]).triu(diagonal=1).bool(), -torch.inf)


def check_fused_attention(queries, keys, values, mask, heads):
    """From 2.0 on, PyTorch has all these steps in one function. Its is_causal masks at the top left."""
    fused = getattr(torch.nn.functional, "scaled_dot_product_attention", None)
    if fused:
        is_seen = None if mask is mask_at_top_left else heads["masked_scores"] > -torch.inf
        context_vecs = fused(queries, keys, values, attn_mask=is_seen, is_causal=is_seen is None)
        torch.testing.assert_close(context_vecs, heads["context_vecs"], rtol=0, atol=1e-6)


def with_cache(layers, pieces, num_heads, num_kv_heads=None, most_cached=None, mask=mask_scores):
    """The steps of each piece of a text, in a model that keeps keys and values: those of all tokens, or
    the last. Of the layers' heads of keys and values, the first of each group serves the group."""
    group = num_heads // (num_kv_heads or num_heads)
    cached, all_steps = None, []
    for piece in pieces:
        queries, *new = [split(layer(piece), num_heads) for layer in layers[:3]]
        new = [x[..., ::group, :, :] for x in new]
        if cached is None:
            cached = [x[..., :0, :] for x in new]
        elif most_cached is not None:
            cached = [x[..., -most_cached:, :] for x in cached]
        cached = [torch.cat(both, dim=-2) for both in zip(cached, new)]
        keys, values = [x.repeat_interleave(group, dim=-3) for x in cached]
        heads = attention(queries, keys, values, mask)
        check_fused_attention(queries, keys, values, mask, heads)
        joined = join(heads["context_vecs"])
        all_steps.append({
            "queries": join(queries), "new_keys": join(new[0]), "new_values": join(new[1]),
            "keys": join(cached[0]), "values": join(cached[1]), "joined": joined,
            "context_vecs": layers[3](joined), **{f"heads.{name}": heads[name] for name in heads}})
    return all_steps


def one_token_at_a_time(mha, tokens):
    """Chapter 8: the model of chapter 4 with a cache; grouped queries and rotary positions of one with
    four columns, as four heads and as one."""
    tensors = {}

    def add(prefix, steps, *names):
        tensors.update({f"{prefix}.{name}": steps[name] for name in names})

    def context_vecs_of(steps):
        return torch.cat([piece["context_vecs"] for piece in steps])

    heads = ("heads.attn_weights", "heads.context_vecs")
    by_token = with_cache(mha, tokens.split(1), 2)
    add("new_token", by_token[-1], "queries", "new_keys", "new_values", "keys", "values",
        "heads.attn_scores", *heads, "joined", "context_vecs")
    tensors["token_by_token.context_vecs"] = context_vecs_of(by_token)
    prompt, piece = with_cache(mha, tokens.split(3), 2)
    add("prompt", prompt, "context_vecs")
    add("piece", piece, "heads.masked_scores", *heads, "context_vecs")
    add("piece_masked_at_top_left", with_cache(mha, tokens.split(3), 2, mask=mask_at_top_left)[1],
        "heads.attn_weights", "context_vecs")
    add("prompt_without_mask", with_cache(mha, [tokens[:3]], 2, mask=no_mask)[0],
        "heads.attn_weights", "context_vecs")
    tensors["window_of_4.context_vecs"] = context_vecs_of(
        with_cache(mha, tokens.split(1), 2, most_cached=3))

    torch.manual_seed(123)
    wide = [*projections(3, 4), torch.nn.Linear(4, 4)]
    for num_kv_heads in (4, 2, 1):
        steps = with_cache(wide, [tokens], 4, num_kv_heads)[0]
        add(f"kv_heads_{num_kv_heads}", steps, "keys", "joined")
    queries, keys = wide[0](tokens), wide[1](tokens)
    tensors.update({"without_positions.queries": queries, "without_positions.keys": keys,
                    "without_positions.attn_scores": queries @ keys.T})
    for pairs in ("neighbours", "halves"):
        turned = {"queries": rotated(queries, 0, pairs), "keys": rotated(keys, 0, pairs)}
        turned["attn_scores"] = turned["queries"] @ turned["keys"].T
        add(f"rotary.{pairs}", turned, "queries", "keys", "attn_scores")

    torch.manual_seed(123)
    positions = torch.rand(6, 3)
    steps = with_cache(mha, [tokens + positions], 2)[0]
    tensors.update({"position_embedding": positions, "inputs_with_positions": tokens + positions})
    add("learned_positions", steps, "context_vecs")
    return tensors


def recall_losses(steps):
    """The task of walkthrough/loops/recall.hpp, trained with Adam: the losses at these steps."""
    pairs, d_out, num_heads, examples = 4, 8, 2, 128
    torch.manual_seed(123)
    layers = torch.nn.ModuleList([*projections(3 * pairs + 1, d_out), torch.nn.Linear(d_out, d_out)])
    inputs = torch.zeros(examples, pairs + 1, 3 * pairs + 1)
    targets = torch.zeros(examples, 2, dtype=torch.long)
    for i in range(examples):
        keys = torch.argsort(torch.rand(pairs)).tolist()
        values = (torch.rand(pairs) * pairs).long().tolist()
        keys.append(int(torch.rand(1) * pairs))
        for token, key in enumerate(keys):
            inputs[i, token, key] = inputs[i, token, 2 * pairs + token] = 1
            if token < pairs:
                inputs[i, token, pairs + values[token]] = 1
        targets[i] = torch.tensor([values[keys.index(keys[-1])], values[-1]])
    optimizer = torch.optim.Adam(layers.parameters(), lr=0.05)
    losses = []
    for step in range(max(steps) + 1):
        logits = forward(layers, inputs, num_heads)["context_vecs"][:, -1].reshape(-1, pairs)
        loss = 2 * torch.nn.functional.cross_entropy(logits, targets.view(-1))
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return torch.tensor([losses[step] for step in steps])


def gradients(layers, inputs, num_heads, loss_of, dropout=None):
    """The loss of multi-head attention, and its gradient with respect to everything on the way, in the
    precision of the inputs."""
    layers = copy.deepcopy(layers).to(inputs.dtype).requires_grad_()
    steps = {"inputs": inputs.clone().requires_grad_(), **parameters(layers)}
    steps.update(forward(layers, steps["inputs"], num_heads, dropout=dropout or torch.nn.Identity()))
    for step in steps.values():
        step.retain_grad()
    steps["logits"] = steps.pop("context_vecs")
    if not dropout:
        del steps["heads.dropped_weights"]
    loss = loss_of(steps["logits"])
    loss.backward()
    return loss, {f"{name}_grad": tensor.grad for name, tensor in steps.items()}


def write_masks(name, cases=()):
    """Which elements dropout keeps: many in a row, for several p, and the cases (thousandths of p, seed)
    in six rows of six."""
    file = File(kind="masks")
    torch.manual_seed(123)
    file.add("dropout_of_ones", torch.nn.Dropout(0.5)(torch.ones(6, 6)))
    torch.manual_seed(1)
    file.add("uniform", torch.empty(1000).uniform_(0.1, 0.7))
    for thousandths in [100, 200, 300, 400, 500, 600, 700, 800, 900, 7, 123, 345, 777, 999]:
        torch.manual_seed(thousandths)
        mask = torch.nn.Dropout(thousandths / 1000)(torch.ones(500))
        file.add(f"dropout_{thousandths}", mask)
    for thousandths, seed in cases:
        torch.manual_seed(seed)
        file.add(f"dropout_{thousandths}_{seed}", torch.nn.Dropout(thousandths / 1000)(torch.ones(6, 6)))
    file.write(DATA / f"{name}.txt")


if __name__ == "__main__":
    DATA.mkdir(exist_ok=True)
    if sys.argv[1:] == ["with_mkl"]:
        # Each holds an element that a comparison in double would keep, and MKL's in float32 drops.
        write_masks("masks_with_mkl", [(100, 1667512), (100, 1833239), (200, 4787245), (250, 1996490),
                                       (300, 1480942), (500, 6835707)])
        write("other_order_d_768", "multi_head_attention", seed=22, d_in=768, d_out=768, tokens=4,
              num_heads=12, context_length=1024, with_gradients=False)
        write("other_order_bias", "multi_head_attention", seed=17, d_in=7, d_out=20, tokens=6,
              batch=3, num_heads=4, context_length=8, qkv_bias=True, with_gradients=False)
    else:
        write_all()
