"""What billing means, in plain Python: no Qt, no database, and no clock of its own."""
