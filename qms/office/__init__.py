"""Word and Excel, in and out; nothing here knows of quality management.

Reports are lists of *blocks* with plain values; `docx_writer` and `xlsx_writer` know how they look.
`sheet_reader` turns somebody's workbook or CSV file into plain rows, `document_reader` shows and
indexes their Word and Markdown files. Files from outside are refused (`UnreadableFile`, with a
sentence for the person) before anything in them is opened that could hurt.
"""
