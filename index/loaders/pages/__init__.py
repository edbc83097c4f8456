"""Pages and books: HTML, saved pages, EPUB, DocBook."""
