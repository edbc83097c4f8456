"""Components for frameworks: each module is for one, and needs that framework installed.

They find passages and quote from them; nothing they return was not in a document.
"""
