"""One generic table model, and a file of columns for each table of the window."""
