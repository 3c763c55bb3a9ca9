"""How cells are painted and clicked."""
