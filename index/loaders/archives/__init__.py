"""Archives (ZIP, TAR), opened as folders where a person wants that, and only in memory."""
