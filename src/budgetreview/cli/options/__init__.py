"""What a command is asked: which inputs, rules, values and levels, from the command line and from a file."""
