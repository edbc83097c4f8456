"""The collections of an index in Milvus.

`records` says what is in the index: a row for each document, failure, setting, root and removed
path, and for each part of the counts of words. A commit is one upsert into it. `texts` holds
what may be long, in parts; `passages` what is searched. Both are written before the commit that
names them, under ids that are new.
"""

from __future__ import annotations

from typing import Any

# Raise it when the collections change: documents are then indexed again.
FORMAT = 3
AGAIN = "index the documents into another index"
RECORDS, TEXTS, PASSAGES = "records", "texts", "passages"
# Bytes of a string, and rows that a query or a search may return.
LONGEST = 65_535
MOST_ROWS = 16_384
# A collection has to have a vector; those that are not searched have a tiny one.
UNUSED = [0.0, 0.0]


def make_schema(kind: str, dimension: int = 2) -> Any:
    """The schema of one of the collections."""
    from pymilvus import DataType, MilvusClient

    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    if kind == PASSAGES:
        schema.add_field("id", DataType.INT64, is_primary=True)
        schema.add_field("document", DataType.INT64)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
        schema.add_field("words", DataType.SPARSE_FLOAT_VECTOR)
        schema.add_field("value", DataType.VARCHAR, max_length=LONGEST)
        return schema
    schema.add_field("key", DataType.VARCHAR, is_primary=True, max_length=64)
    if kind == RECORDS:
        schema.add_field("kind", DataType.VARCHAR, max_length=16)
        schema.add_field("document", DataType.INT64)
        schema.add_field("passages", DataType.INT64)
        schema.add_field("content", DataType.VARCHAR, max_length=64)
        schema.add_field("commit", DataType.INT64)
    else:
        schema.add_field("owner", DataType.INT64)
    schema.add_field("value", DataType.VARCHAR, max_length=LONGEST)
    schema.add_field("unused", DataType.FLOAT_VECTOR, dim=2)
    return schema


def make_indexes(kind: str, is_file: bool) -> Any:
    """The indexes of one of the collections.

    A server chooses that of the vectors. Milvus Lite takes minutes to build what it would
    choose; there every vector is compared.
    """
    from pymilvus import MilvusClient

    indexes = MilvusClient.prepare_index_params()
    if kind == PASSAGES:
        indexes.add_index("vector", index_type="FLAT" if is_file else "AUTOINDEX", metric_type="IP")
        indexes.add_index("words", index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
    else:
        indexes.add_index("unused", index_type="FLAT", metric_type="L2")
    scalar = {PASSAGES: ("document",), TEXTS: ("owner",), RECORDS: ("kind", "document", "content")}
    for name in scalar[kind]:
        indexes.add_index(name, index_type="INVERTED")
    return indexes
