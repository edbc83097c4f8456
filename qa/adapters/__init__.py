"""Components for frameworks: each module is for one, and needs that framework installed.

They find passages and quote from them: every text that they return stands in a document.
"""
