"""Colours, icons, fonts, and how money and dates read in the user's locale."""
