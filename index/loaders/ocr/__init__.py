"""Text in pictures: images, and pages of PDF files that were scanned. Needs the part `ocr`."""
