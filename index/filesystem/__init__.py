"""Files and folders: paths and patterns, safe opening, private files, and changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.lazy_names import export_lazily

if TYPE_CHECKING:
    from index.filesystem.freshness import (
        check_paths as check_paths,
        find_file as find_file,
        is_gone as is_gone,
    )
    from index.filesystem.paths import (
        anchor_pattern as anchor_pattern,
        is_address as is_address,
        is_within as is_within,
    )
    from index.filesystem.private_files import (
        describe_danger as describe_danger,
        has_room as has_room,
        is_private as is_private,
        make_private as make_private,
        make_private_folder as make_private_folder,
        open_privately as open_privately,
        rename as rename,
        sync_folder as sync_folder,
    )
    from index.filesystem.safe_opening import read_file as read_file, read_regular as read_regular
    from index.filesystem.sqlite_files import (
        SqliteFile as SqliteFile,
        bounded as bounded,
        list_words as list_words,
        open_sqlite as open_sqlite,
        seal as seal,
        unseal as unseal,
    )
else:
    __all__, __getattr__, __dir__ = export_lazily(
        __name__,
        {
            "index.filesystem.freshness": "check_paths find_file is_gone",
            "index.filesystem.paths": "anchor_pattern is_address is_within",
            "index.filesystem.private_files": (
                "describe_danger has_room is_private make_private make_private_folder "
                "open_privately rename sync_folder"
            ),
            "index.filesystem.safe_opening": "read_file read_regular",
            "index.filesystem.sqlite_files": (
                "SqliteFile bounded list_words open_sqlite seal unseal"
            ),
        },
    )
