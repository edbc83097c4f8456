"""Embedding models: found, compiled once, cached, and run by onnxruntime."""
