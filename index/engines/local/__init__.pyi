from index.engines.local.engine import LocalEngine as LocalEngine, open_engine as open_engine
from index.engines.local.storage.database import (
    holds_documents as holds_documents,
    identify_store as identify_store,
)
from index.engines.local.storage.restore import restore_index as restore_index
from index.engines.local.storage.schema import (
    create_index as create_index,
    is_index as is_index,
)
