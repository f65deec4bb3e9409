"""The commands that the scripts beside the package run, one module each: main(arguments=None) returns the exit code."""
