"""One warm process answers for many: over HTTP, over MCP, and for the command line.

service = Service("notes.index")
reply = await service.ask(AskRequest(question="when did the museum open?"))
"""

from index.lazy_names import export_lazily

# A question that another process answers needs next to nothing, and the servers need
# packages of an extra.
__all__, __getattr__, __dir__ = export_lazily(__name__, __file__)
