"""A compiled network and the processor it runs on.

Each text is run by itself on one core, and as many texts at once as there are cores. So no
text is padded to the length of another, and cores never wait for each other. The output for
a text depends on that text alone: in a batch it would not, since an int8 network scales its
numbers by their range in the whole batch. On two cores this is also faster than batches of
eight on both.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.concurrency import available_cores

T = TypeVar("T")
R = TypeVar("R")


class OnnxGraph:
    """An ONNX file as `index.models.quantise` makes it, run by onnxruntime. Thread-safe."""

    def __init__(self, path: Path) -> None:
        """Load the network.

        Args:
            path: the ONNX file, its graph optimised already.

        Raises:
            Exception: onnxruntime cannot load the file (its errors share no other base).
        """
        onnxruntime = load_onnxruntime()
        options = session_options()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        self._session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
        self._cores = available_cores()

    def run(self, **inputs: NDArray[Any]) -> list[NDArray[np.float32]]:
        """Run the network once; inputs by name, outputs in the network's order."""
        outputs: list[NDArray[np.float32]] = self._session.run(None, inputs)
        return outputs

    def each(self, work: Callable[[T], R], items: Sequence[T]) -> list[R]:
        """The results of `work` on every item, in order; done on all cores at once."""
        if len(items) < 2 or self._cores == 1:
            return [work(item) for item in items]
        return list(self._pool.map(work, items))

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._cores, thread_name_prefix="network")


def load_onnxruntime() -> Any:
    """The onnxruntime module, with its reports to its maker switched off.

    Its official builds send usage data by default, from 1.29 on as soon as they are
    imported. Nothing here may touch the network, so import it nowhere else.
    """
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    import onnxruntime

    # On Windows, and if it has been imported before, only this has an effect.
    onnxruntime.disable_telemetry_events()
    return onnxruntime


def session_options() -> Any:
    """The options of every session: one thread, and no memory kept for later runs."""
    options = load_onnxruntime().SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    options.log_severity_level = 3
    return options


def processor() -> str:
    """The processor's kind as far as int8 matters: `x86_64-vnni`, `x86_64`, `arm64`, …

    Without VNNI, int8 products saturate on x86. Only Linux says cheaply whether the processor
    has VNNI; elsewhere x86 counts as without, which is safe.
    """
    machine = {"amd64": "x86_64", "aarch64": "arm64"}.get(
        platform.machine().lower(), platform.machine().lower()
    )
    if machine == "x86_64" and {"avx512_vnni", "avx_vnni"} & _read_linux_flags():
        return "x86_64-vnni"
    return machine


def _read_linux_flags() -> set[str]:
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8", errors="replace") as lines:
            # All cores say the same: the first is enough.
            return next((set(line.split()) for line in lines if line.startswith("flags")), set())
    except OSError:
        return set()
