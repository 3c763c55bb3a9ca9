"""What an operator does, one module a verb: one transaction and one activity entry each."""
