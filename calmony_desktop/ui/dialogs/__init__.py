"""Each question to a person, a file."""
