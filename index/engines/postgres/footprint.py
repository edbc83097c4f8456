"""What an index takes in a server: disk by part, and the memory for quick answers."""

from __future__ import annotations

from index.engines.postgres.connections import Connection, fetch
from index.engines.postgres.graphs import GRAPH
from index.engines.postgres.keywords import ENTRY_BYTES, MOST_KEPT
from index.reports import Footprint

# The part that each table belongs to, with its indexes; all others go with the text.
_PARTS = {
    **{"vectors": "vectors", "graphs": "vectors", "signs": "signs"},
    **{"postings": "keywords", "batches": "keywords", "forms": "keywords"},
}


def measure_footprint(connection: Connection) -> Footprint:
    """Bytes by part. In memory: signs and words in a process that asks, vectors in the server."""
    disk = dict.fromkeys(("text", "vectors", "graph", "signs", "keywords"), 0)
    for table, size in fetch(
        connection,
        "SELECT relname::text, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r' "
        "AND relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'vectors'::regclass)",
    ):
        disk[_PARTS.get(table, "text")] += size
    [(graph, signs, postings)] = fetch(
        connection,
        "SELECT (SELECT coalesce(sum(pg_relation_size(c.oid)), 0)::bigint FROM pg_index i "
        "JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = 'vectors'::regclass "
        "AND c.relname LIKE %s), "
        "(SELECT coalesce(sum(octet_length(ids) + octet_length(packed)), 0)::bigint FROM signs), "
        "pg_relation_size('postings')",
        f"{GRAPH}%",
    )
    disk["graph"] += graph
    disk["vectors"] -= graph
    # Words are kept as they are asked for.
    asking = signs + min(postings, MOST_KEPT * ENTRY_BYTES)
    return Footprint(disk, {"asking": asking, "server": disk["vectors"] + graph})
