"""Look at a database: web pages, forest plots, tables for other programs, corrections by people."""
