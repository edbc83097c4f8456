"""ONNX graphs made by hand: BERT, and what stands on top of it.

Exporting a module from torch takes twenty times as long as writing down the same graph, and needs
torch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from index.arrays import Floats

# The lowest operator set with Gelu as one operator, and the file format that goes with it.
_OPSET, _IR_VERSION = 20, 9
_EPSILON = 1e-12
# So that nothing is divided by zero.
_LEAST_LENGTH = 1e-12


class GraphBuilder:
    """A graph as it grows: every method adds operators, and returns the name of their output."""

    def __init__(self, weights: Mapping[str, Floats]) -> None:
        """Begin a graph.

        Args:
            weights: of all layers, named as torch names them.

        Raises (all methods that take a weight's name):
            KeyError: there is no such weight.
        """
        self._weights = weights
        self._nodes: list[Any] = []
        self._constants: dict[str, Any] = {}

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """Add an operator with one output."""
        name = f"{operator.lower()}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, inputs, [name], name=name, **attributes))
        return name

    def add_constant(self, values: NDArray[Any]) -> str:
        """Add a value that never changes; equal values are added once."""
        name = f"constant_{values.dtype}_{'x'.join(map(str, values.shape))}_{values.tolist()}"
        self._constants.setdefault(name, numpy_helper.from_array(values, name))
        return name

    def add_integers(self, *values: int) -> str:
        return self.add_constant(np.array(values, dtype=np.int64))

    def add_number(self, value: float) -> str:
        return self.add_constant(np.array(value, dtype=np.float32))

    def add_weight(self, name: str) -> str:
        """Add a weight as it is."""
        self._constants.setdefault(name, numpy_helper.from_array(self._weights[name], name))
        return name

    def add_linear(self, states: str, layer: str) -> str:
        """Add a layer with a matrix and a bias, of shape (outputs, inputs) and (outputs,)."""
        matrix = f"{layer}.weight.transposed"
        transposed = np.ascontiguousarray(self._weights[f"{layer}.weight"].T)
        self._constants.setdefault(matrix, numpy_helper.from_array(transposed, matrix))
        product = self.add("MatMul", states, matrix)
        return self.add("Add", product, self.add_weight(f"{layer}.bias"))

    def add_normalisation(self, states: str, layer: str) -> str:
        """Bring each token's numbers to mean 0 and variance 1, then scale and shift them."""
        weight, bias = self.add_weight(f"{layer}.weight"), self.add_weight(f"{layer}.bias")
        return self.add("LayerNormalization", states, weight, bias, axis=-1, epsilon=_EPSILON)

    def add_bert(self, ids: str, types: str | None, prefix: str, heads: int) -> str:
        """Add a BERT without a pooler (Devlin et al. 2019), for texts without padding.

        Args:
            ids, types: token numbers and their types, int64 of shape (batch, tokens); None
                if all are of the first type.
            prefix: what the names of its weights begin with.
            heads: number of attention heads.

        Returns:
            states of shape (batch, tokens, width).
        """
        if types is None:
            types = self.add("Mul", ids, self.add_constant(np.array(0)))
        words, kinds = (
            self.add("Gather", self.add_weight(f"{prefix}embeddings.{name}_embeddings.weight"), of)
            for name, of in (("word", ids), ("token_type", types))
        )
        return self._add_states(words, kinds, prefix, heads)

    def add_embedded_bert(self, words: str, prefix: str, heads: int) -> str:
        """As `add_bert`, for tokens of the first type whose vectors are given.

        Args:
            words: of shape (batch, tokens, width), as is what comes back.
        """
        types = self.add_weight(f"{prefix}embeddings.token_type_embeddings.weight")
        kind = self.add("Gather", types, self.add_integers(0))
        return self._add_states(words, kind, prefix, heads)

    def add_mean_vector(self, states: str) -> str:
        """Add the mean of the states of a text's tokens, at length 1."""
        mean = self.add("ReduceMean", states, self.add_integers(1), keepdims=0)
        return self.add_unit_length(mean)

    def add_unit_length(self, vectors: str) -> str:
        """Bring vectors to length 1."""
        length = self.add("ReduceL2", vectors, self.add_integers(-1), keepdims=1)
        longer = self.add("Max", length, self.add_number(_LEAST_LENGTH))
        return self.add("Div", vectors, longer)

    def _add_states(self, words: str, kinds: str, prefix: str, heads: int) -> str:
        """Add place and type to the vectors of tokens; then the layers, as many as have weights."""
        embeddings, layers = f"{prefix}embeddings.", f"{prefix}encoder.layer."
        positions = np.arange(len(self._weights[f"{embeddings}position_embeddings.weight"]))
        tokens = self.add("Shape", words, start=1, end=2)
        first, axis = self.add_integers(0), self.add_integers(0)
        places = self.add("Slice", self.add_constant(positions), first, tokens, axis)
        table = self.add_weight(f"{embeddings}position_embeddings.weight")
        order = self.add("Gather", table, places)
        total = self.add("Add", self.add("Add", words, kinds), order)
        states = self.add_normalisation(total, f"{embeddings}LayerNorm")
        layer = 0
        while f"{layers}{layer}.output.dense.weight" in self._weights:
            states = self._add_layer(states, f"{layers}{layer}.", heads)
            layer += 1
        return states

    def _add_layer(self, states: str, prefix: str, heads: int) -> str:
        attended = self._add_attention(states, f"{prefix}attention.self.", heads)
        attended = self.add_linear(attended, f"{prefix}attention.output.dense")
        attended = self.add("Add", attended, states)
        attended = self.add_normalisation(attended, f"{prefix}attention.output.LayerNorm")
        wide = self.add("Gelu", self.add_linear(attended, f"{prefix}intermediate.dense"))
        narrow = self.add("Add", self.add_linear(wide, f"{prefix}output.dense"), attended)
        return self.add_normalisation(narrow, f"{prefix}output.LayerNorm")

    def _add_attention(self, states: str, prefix: str, heads: int) -> str:
        width = len(self._weights[f"{prefix}query.bias"])
        # 0 keeps a dimension as it is.
        apart, together = (
            self.add_integers(0, 0, heads, width // heads),
            self.add_integers(0, 0, width),
        )
        query, key, value = (
            self.add(
                "Transpose",
                self.add("Reshape", self.add_linear(states, f"{prefix}{part}"), apart),
                perm=[0, 2, 3, 1] if part == "key" else [0, 2, 1, 3],
            )
            for part in ("query", "key", "value")
        )
        scale = self.add_number((width / heads) ** -0.5)
        scores = self.add("Mul", self.add("MatMul", query, key), scale)
        mixed = self.add("MatMul", self.add("Softmax", scores, axis=-1), value)
        return self.add("Reshape", self.add("Transpose", mixed, perm=[0, 2, 1, 3]), together)

    def build(
        self, inputs: Sequence[str], outputs: Mapping[str, str], *, vectors: Sequence[str] = ()
    ) -> Any:
        """The model.

        Args:
            inputs: names of its inputs, int64 of shape (batch, tokens).
            outputs: by name of each output, the name of the value that it returns.
            vectors: names of further inputs, float32 of shape (batch, tokens, width).
        """
        for name, value in outputs.items():
            self._nodes.append(helper.make_node("Identity", [value], [name], name=name))
        shape = ["batch", "tokens"]
        values = [
            *(helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in inputs),
            *(
                helper.make_tensor_value_info(name, TensorProto.FLOAT, [*shape, "width"])
                for name in vectors
            ),
        ]
        graph = helper.make_graph(
            self._nodes,
            "network",
            values,
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
            list(self._constants.values()),
        )
        opset = helper.make_opsetid("", _OPSET)
        return helper.make_model(graph, opset_imports=[opset], ir_version=_IR_VERSION)
