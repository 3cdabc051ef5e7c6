"""The report as one page for a browser: its data in little room, its pictures, its scripts and styles."""
