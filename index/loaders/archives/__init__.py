"""Archives (ZIP, TAR), opened as folders if a person wants that, and only in memory."""
