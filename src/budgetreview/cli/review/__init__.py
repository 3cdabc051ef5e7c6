"""The review of a submission: asked for, run, annotated, run again; each command in the file of its name."""
