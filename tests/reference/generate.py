#!/usr/bin/env python3
"""Writes data/*.txt: what PyTorch computes in every step of attention, for the shapes that the
notebook hides. Needed only to write the data anew, not to run the tests:

    generate.py              with a PyTorch that has no MKL, or from 2.7 on: all cases but the last;
                             checks walkthrough/documented/notebook.txt, too
    generate.py with_mkl     with an older PyTorch that has MKL: its dropout masks, and cases whose
                             sums run in another order

A file holds lines "NAME VALUE" of configuration, then tensors: "float32 NAME SIZE SIZE ...", the next
line with the bits of each number as eight hexadecimal digits; "float64" with sixteen; "hash" with
the FNV-1a hash of the bits where there are too many to keep.
"""

import pathlib
import struct
import sys

import torch

DATA = pathlib.Path(__file__).parent / "data"
NOTEBOOK = pathlib.Path(__file__).parents[2] / "walkthrough/documented/notebook.txt"
MOST_WEIGHTS_TO_KEEP = 2000


def bits(tensor):
    kind, digits = ("f", 8) if tensor.dtype == torch.float32 else ("d", 16)
    integer = {"f": "I", "d": "Q"}[kind]
    numbers = tensor.detach().reshape(-1).tolist()
    return [
        format(struct.unpack("<" + integer, struct.pack("<" + kind, x))[0], f"0{digits}x")
        for x in numbers
    ]


def fnv1a(words):
    state = 0xCBF29CE484222325
    for word in words:
        for byte in bytes.fromhex(word):
            state = (state ^ byte) * 0x100000001B3 % 2**64
    return format(state, "016x")


class File:
    def __init__(self, **config):
        self.lines = [f"{name} {value}" for name, value in config.items()]

    def add(self, name, tensor):
        words = bits(tensor)
        kind = "float32" if tensor.dtype == torch.float32 else "float64"
        if len(words) > MOST_WEIGHTS_TO_KEEP and ("weight" in name or "bias" in name):
            kind, words = "hash", [fnv1a(words)]
        self.lines += [" ".join([kind, name, *map(str, tensor.shape)]), " ".join(words)]

    def write(self, name):
        (DATA / f"{name}.txt").write_text("\n".join(self.lines) + "\n")


def attention(queries, keys, values, causal, dropout):
    """The steps from queries, keys and values to context vectors."""
    steps = {"attn_scores": queries @ keys.transpose(-2, -1)}
    masked = steps["attn_scores"]
    if causal:
        later = torch.ones(queries.shape[-2], queries.shape[-2]).triu(diagonal=1).bool()
        masked = masked.masked_fill(later, -torch.inf)
    steps["scaled_scores"] = masked / keys.shape[-1] ** 0.5
    steps["attn_weights"] = torch.softmax(steps["scaled_scores"], dim=-1)
    steps["dropped_weights"] = dropout(steps["attn_weights"])
    steps["context_of_heads"] = steps["dropped_weights"] @ values
    return steps


def split(x, num_heads):
    return x.view(*x.shape[:-1], num_heads, -1).transpose(-3, -2)


def join(x):
    return x.transpose(-3, -2).flatten(-2)


class Layer:
    """A linear layer in either precision."""

    def __init__(self, d_in, d_out, bias):
        linear = torch.nn.Linear(d_in, d_out, bias=bias)
        self.weight = linear.weight.detach()
        self.bias = linear.bias.detach() if bias else None

    def __call__(self, x):
        bias = None if self.bias is None else self.bias.to(x.dtype)
        return torch.nn.functional.linear(x, self.weight.to(x.dtype), bias)

    def add_to(self, file, name):
        file.add(f"{name}.weight", self.weight)
        if self.bias is not None:
            file.add(f"{name}.bias", self.bias)


class Rand:
    """A weight matrix from rand, d_in x d_out."""

    def __init__(self, d_in, d_out):
        self.weight = torch.rand(d_in, d_out)

    def __call__(self, x):
        return x @ self.weight.to(x.dtype)

    def add_to(self, file, name):
        file.add(f"{name}.weight", self.weight)


def write(name, kind, seed, d_in, d_out, tokens, batch=1, num_heads=1, context_length=None,
          qkv_bias=False, dropout=0.0, training_seed=0, input_factor=1):
    context_length = context_length or tokens
    file = File(kind=kind, seed=seed, d_in=d_in, d_out=d_out, tokens=tokens, batch=batch,
                num_heads=num_heads, context_length=context_length, qkv_bias=int(qkv_bias),
                dropout=dropout, training_seed=training_seed, input_factor=input_factor)
    torch.manual_seed(seed)
    names = ["W_query", "W_key", "W_value"]
    if kind == "self_attention_v1":
        layers = {n: Rand(d_in, d_out) for n in names}
    else:
        layers = {n: Layer(d_in, d_out, qkv_bias) for n in names}
    if kind == "multi_head_attention":
        layers["out_proj"] = Layer(d_out, d_out, True)
    inputs = (2 * torch.rand(batch, tokens, d_in) - 1) * input_factor
    for layer_name, layer in layers.items():
        layer.add_to(file, layer_name)
    file.add("inputs", inputs)

    causal = not kind.startswith("self")
    torch.manual_seed(training_seed)
    queries, keys, values = (layers[n](inputs) for n in names)
    for step, tensor in zip(("queries", "keys", "values"), (queries, keys, values)):
        file.add(step, tensor)
    heads = [split(x, num_heads) for x in (queries, keys, values)]
    steps = attention(*heads, causal, torch.nn.Dropout(dropout))
    for step, tensor in steps.items():
        file.add(step, tensor)
    context = join(steps["context_of_heads"])
    if "out_proj" in layers:
        file.add("joined", context)
        context = layers["out_proj"](context)
    file.add("context_vecs", context)

    # The same in double, with the same numbers dropped.
    factor = torch.ones_like(steps["attn_weights"], dtype=torch.float64)
    if dropout > 0:
        torch.manual_seed(training_seed)
        factor = (torch.nn.Dropout(dropout)(torch.ones_like(steps["attn_weights"])) > 0).double()
        factor /= 1 - dropout
    exact_heads = [split(layers[n](inputs.double()), num_heads) for n in names]
    exact = join(attention(*exact_heads, causal, lambda w: w * factor)["context_of_heads"])
    if "out_proj" in layers:
        exact = layers["out_proj"](exact)
    file.add("exact_context_vecs", exact)
    file.write(name)


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
    write_masks("masks_without_mkl")
    check_notebook()


def documented():
    """The bits and the printed text of each tensor that the notebook prints."""
    bits_of, text_of, name = {}, {}, None
    for line in NOTEBOOK.read_text().splitlines():
        if line.startswith("float32 "):
            name = line.split()[1]
            text_of[name] = []
        elif line.startswith("text "):
            name = None
        elif name and line.startswith("| "):
            text_of[name].append(line[2:])
        elif name and line and line.split()[0] not in ("#", "bound"):
            bits_of[name] = line.split()
    return {name: (bits_of[name], "\n".join(text_of[name])) for name in bits_of}


def check_notebook():
    """Compares the documented values with what PyTorch computes here: the texts in every character,
    the float32 within 2^-22, since the order of a sum depends on the machine and its library. The
    values that a person wrote are left out."""
    values = documented()

    def number(word):
        return struct.unpack("<f", struct.pack("<I", int(word, 16)))[0]

    def check(name, tensor):
        words, text = values[name]
        numbers = [number(word) for word in words]
        expected = [number(word) for word in bits(tensor)]
        agree = all(x == y or abs(x - y) <= 2**-22 * max(1, abs(y))
                    for x, y in zip(numbers, expected))
        if len(numbers) != len(expected) or not agree or str(tensor.detach()) != text:
            sys.exit(f"{name}: documented {text}, PyTorch computes {tensor}")

    tokens = torch.tensor([[0.43, 0.15, 0.89], [0.55, 0.87, 0.66], [0.57, 0.85, 0.64],
                           [0.22, 0.58, 0.33], [0.77, 0.25, 0.10], [0.05, 0.80, 0.55]])

    def add(chapter, **tensors):
        for name, tensor in tensors.items():
            check(f"{chapter}.{name}", tensor)

    scores = torch.stack([torch.dot(token, tokens[1]) for token in tokens])
    tmp = scores / scores.sum()
    naive = torch.exp(scores) / torch.exp(scores).sum(dim=0)
    softmax = torch.softmax(scores, dim=0)
    context = torch.zeros(3)
    for weight, token in zip(softmax, tokens):
        context += weight * token
    weights = torch.softmax(tokens @ tokens.T, dim=-1)
    add("simplified_self_attention", inputs=tokens, attn_scores_2=scores,
        sum_of_products=torch.dot(tokens[0], tokens[1]), attn_weights_2_tmp=tmp,
        attn_weights_2_naive=naive, attn_weights_2_softmax=softmax,
        weighted_inputs=softmax[:, None] * tokens, context_vec_2=context,
        attn_scores=tokens @ tokens.T, attn_weights=weights, row_sums=weights.sum(dim=-1),
        all_context_vecs=weights @ tokens,
        **{"sum(attn_weights_2_tmp)": tmp.sum(), "sum(attn_weights_2_naive)": naive.sum(),
           "sum(attn_weights_2_softmax)": softmax.sum()})

    torch.manual_seed(123)
    w_query, w_key, w_value = torch.rand(3, 2), torch.rand(3, 2), torch.rand(3, 2)
    query_2, keys, values = tokens[1] @ w_query, tokens @ w_key, tokens @ w_value
    scores = query_2 @ keys.T
    weights = torch.softmax(scores / 2**0.5, dim=-1)
    v1 = attention(tokens @ w_query, keys, values, False, torch.nn.Identity())
    torch.manual_seed(789)
    v2 = [Layer(3, 2, False) for _ in range(3)]
    v2_steps = attention(*(layer(tokens) for layer in v2), False, torch.nn.Identity())
    torch.manual_seed(123)
    exercise = attention(*(Layer(3, 2, False)(tokens) for _ in range(3)), False,
                         torch.nn.Identity())
    add("self_attention", W_query=w_query, W_key=w_key, W_value=w_value, query_2=query_2,
        key_2=keys[1], value_2=values[1], keys=keys, values=values, attn_score_22=query_2.dot(keys[1]), attn_scores_2=scores,
        attn_weights_2=weights, context_vec_2=weights @ values,
        context_vecs_v1=v1["context_of_heads"], context_vecs_v2=v2_steps["context_of_heads"],
        exercise_3_1=exercise["context_of_heads"],
        **{"sa_v2.W_query.weight": v2[0].weight, "sa_v2.W_key.weight": v2[1].weight,
           "sa_v2.W_value.weight": v2[2].weight})

    mask = torch.tril(torch.ones(6, 6))
    masked_simple = v2_steps["attn_weights"] * mask
    masked = v2_steps["attn_scores"].masked_fill(mask == 0, -torch.inf)
    causal = torch.softmax(masked / 2**0.5, dim=1)

    def dropped(tensor):
        torch.manual_seed(123)
        return torch.nn.Dropout(0.5)(tensor)

    batch = torch.stack((tokens, tokens))

    def head(d_out):
        layers = [Layer(3, d_out, False) for _ in range(3)]
        steps = attention(*(layer(batch) for layer in layers), True, torch.nn.Identity())
        return steps["context_of_heads"]

    torch.manual_seed(123)
    heads = [head(2), head(2)]
    add("causal_attention", attn_weights=v2_steps["attn_weights"], mask_simple=mask,
        masked_simple=masked_simple,
        masked_simple_norm=masked_simple / masked_simple.sum(dim=1, keepdim=True), masked=masked,
        attn_weights_causal=causal, dropout_of_ones=dropped(torch.ones(6, 6)),
        dropout_of_attn_weights=dropped(causal), context_vecs=heads[0])

    torch.manual_seed(123)
    mha = [Layer(3, 2, False), Layer(3, 2, False), Layer(3, 2, False), Layer(2, 2, True)]
    joined = join(attention(*(split(layer(batch), 2) for layer in mha[:3]), True,
                            torch.nn.Identity())["context_of_heads"])
    a = torch.tensor([[[[0.2745, 0.6584, 0.2775, 0.8573], [0.8993, 0.0390, 0.9268, 0.7388],
                        [0.7179, 0.7058, 0.9156, 0.4340]],
                       [[0.0772, 0.3565, 0.1479, 0.5331], [0.4066, 0.2318, 0.4545, 0.9737],
                        [0.4606, 0.5159, 0.4220, 0.5786]]]])
    torch.manual_seed(123)
    narrow = [head(1), head(1)]
    add("multi_head_attention", context_of_wrapper=torch.cat(heads, dim=-1),
        context_vecs=mha[3](joined), a=a, a_times_a_transposed=a @ a.transpose(2, 3),
        exercise_3_2=torch.cat(narrow, dim=-1),
        **{"mha.W_query.weight": mha[0].weight, "mha.W_key.weight": mha[1].weight,
           "mha.W_value.weight": mha[2].weight, "mha.out_proj.weight": mha[3].weight,
           "mha.out_proj.bias": mha[3].bias})


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
    file.write(name)


if __name__ == "__main__":
    DATA.mkdir(exist_ok=True)
    if sys.argv[1:] == ["with_mkl"]:
        # Each holds an element that a comparison in double would keep, and MKL's in float32 drops.
        write_masks("masks_with_mkl", [(100, 1667512), (100, 1833239), (200, 4787245), (250, 1996490),
                                       (300, 1480942), (500, 6835707)])
        write("other_order_d_768", "multi_head_attention", seed=22, d_in=768, d_out=768, tokens=4,
              num_heads=12, context_length=1024)
        write("other_order_bias", "multi_head_attention", seed=17, d_in=7, d_out=20, tokens=6,
              batch=3, num_heads=4, context_length=8, qkv_bias=True)
    else:
        write_all()
