"""Training and fitting of the models that ship with Quoteback. Needs the extra `[train]`."""
