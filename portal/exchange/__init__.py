"""Safe reading of files that people bring: JSONL, CSV and XLSX become rows with line numbers, or a clear error."""
