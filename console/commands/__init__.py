"""One file for each group of commands; heavy imports stay inside the commands."""
