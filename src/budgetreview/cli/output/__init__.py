"""What a command answers: text in columns, a report or a document, to the terminal, a pipe or a file."""
