"""From retrieved passages to a reply: the answering pipeline and its steps."""
