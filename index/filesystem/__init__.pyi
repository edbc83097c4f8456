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
from index.filesystem.safe_opening import (
    close_on_error as close_on_error,
    read_file as read_file,
    read_regular as read_regular,
)
from index.filesystem.sqlite_files import (
    SqliteFile as SqliteFile,
    bounded as bounded,
    list_words as list_words,
    open_sqlite as open_sqlite,
    seal as seal,
    unseal as unseal,
)
