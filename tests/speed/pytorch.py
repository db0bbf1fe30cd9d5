#!/usr/bin/env python3
"""pytorch.py VARIANT WORK RESULT THREADS: what worker.cpp is for the rivals in C++, with PyTorch.

VARIANT is notebook (as the notebook has it), tuned (blocks of queries that skip the masked half),
fused (scaled_dot_product_attention) or oneDNN (fused, with that library's product in the projections,
where the others have MKL's).
"""

import ctypes
import sys
import time

import torch
from torch.nn import functional


class NotebookAttention(torch.nn.Module):
    """Multi-head attention in the notebook's steps, and called as there: gradients are recorded."""

    def __init__(self, work):
        super().__init__()
        self.num_heads = work.num_heads
        for name, weight in zip(("W_query", "W_key", "W_value", "out_proj"), work.weights):
            layer = torch.nn.Linear(work.d, work.d, bias=name == "out_proj")
            layer.weight.data = weight
            setattr(self, name, layer)
        self.out_proj.bias.data = work.bias
        self.dropout = torch.nn.Dropout(0.0)
        later = torch.ones(work.tokens, work.tokens).triu(diagonal=1)
        self.register_buffer("mask", later)

    def forward(self, inputs):
        batch, tokens, d = inputs.shape
        queries, keys, values = (
            layer(inputs).view(batch, tokens, self.num_heads, -1).transpose(1, 2)
            for layer in (self.W_query, self.W_key, self.W_value))
        attn_scores = queries @ keys.transpose(2, 3)
        attn_scores.masked_fill_(self.mask.bool()[:tokens, :tokens], -torch.inf)
        attn_weights = torch.softmax(attn_scores / keys.shape[-1] ** 0.5, dim=-1)
        context_vec = (self.dropout(attn_weights) @ values).transpose(1, 2)
        return self.out_proj(context_vec.contiguous().view(batch, tokens, d))


def notebook(work):
    attention = NotebookAttention(work)
    return lambda: attention(work.inputs[None])[0]


def tuned(work, queries_of_block=128):
    scale = (work.d // work.num_heads) ** -0.5
    w_qkv = torch.cat([work.weights[0] * scale, *work.weights[1:3]])
    mask = torch.full((queries_of_block, queries_of_block), -torch.inf).triu(diagonal=1)

    def forward():
        queries, keys, values = work.heads(w_qkv)
        keys = keys.transpose(1, 2)
        context_vec = torch.empty(work.tokens, work.num_heads, work.d // work.num_heads)
        for first in range(0, work.tokens, queries_of_block):
            end = min(first + queries_of_block, work.tokens)
            weights = torch.bmm(queries[:, first:end], keys[:, :, :end])
            weights[:, :, first:] += mask[:end - first, :end - first]
            torch.softmax(weights, dim=-1, out=weights)
            context_vec[first:end] = torch.bmm(weights, values[:, :end]).transpose(0, 1)
        return functional.linear(context_vec.view(-1, work.d), work.weights[3], work.bias)

    return torch.inference_mode()(forward)


def onednn_linear(inputs, weight, bias=None):
    return torch.ops.mkldnn._linear_pointwise(inputs, weight, bias, "none", [], "")


def fused(work, linear=functional.linear):
    w_qkv = torch.cat(work.weights[:3])
    if hasattr(functional, "scaled_dot_product_attention"):
        def attend(heads):
            return functional.scaled_dot_product_attention(*heads, is_causal=True)
    elif hasattr(functional, "_scaled_dot_product_attention"):  # PyTorch 1.13: no public name yet
        def attend(heads):
            return functional._scaled_dot_product_attention(*heads, is_causal=True)[0]
    else:
        sys.exit("PyTorch " + torch.__version__ + " has no scaled_dot_product_attention")

    def forward():
        context_vec = attend([x[None] for x in work.heads(w_qkv, linear)])[0].transpose(0, 1)
        return linear(context_vec.reshape(-1, work.d), work.weights[3], work.bias)

    return torch.inference_mode()(forward)


class Work:
    def __init__(self, path):
        with open(path, "rb") as file:
            self.tokens, self.d, self.num_heads = map(int, file.readline().split())
            numbers = torch.frombuffer(bytearray(file.read()), dtype=torch.float32)
        shapes = [(self.tokens, self.d), *4 * [(self.d, self.d)], (self.d,)]
        parts = numbers.split([torch.Size(shape).numel() for shape in shapes])
        self.inputs, *self.weights, self.bias = (
            part.view(shape).clone() for part, shape in zip(parts, shapes))

    def heads(self, w_qkv, linear=functional.linear):
        """Queries, keys and values by one projection, each num_heads x tokens x head_dim."""
        qkv = linear(self.inputs, w_qkv)
        return qkv.view(self.tokens, 3, self.num_heads, -1).permute(1, 2, 0, 3)


def main(variant, work, result, threads):
    torch.set_num_threads(int(threads))
    variants = {"notebook": notebook, "tuned": tuned, "fused": fused,
                "oneDNN": lambda work: fused(work, onednn_linear)}
    forward = variants[variant](Work(work))
    print(torch.__version__, flush=True)
    for _ in sys.stdin:
        forward()
        start = time.perf_counter()
        context_vecs = forward()
        milliseconds = (time.perf_counter() - start) * 1000
        context_vecs = context_vecs.detach().contiguous()
        with open(result, "wb") as file:
            file.write(ctypes.string_at(context_vecs.data_ptr(), 4 * context_vecs.numel()))
        del context_vecs
        print(milliseconds, flush=True)


main(*sys.argv[1:])
