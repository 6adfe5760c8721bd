"""What the words of a page are to each other: tables and their cells, columns, headings, page numbers."""
