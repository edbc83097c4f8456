"""Questions in, answers out: quoted from the documents of an index, or an honest no.

from index import Index, Retriever
from qa import Assistant

reply = Assistant(Retriever(Index.open("notes.index"))).ask("when did the museum open?")
reply.answered, reply.answers[0].text
"""

from pathlib import Path

import index

if Path(index.__file__ or "").parent.parent != Path(__file__).parent.parent:
    raise ImportError(
        f"{index.__file__} hides Quoteback's own package `index`: "
        f"rename it, or run from another folder"
    )

from index.lazy_names import export_lazily

__all__, __getattr__, __dir__ = export_lazily(__name__, __file__)
