#!/usr/bin/python3
"""Compares what a reduced file measured with its closed forms: the command gdmsweep.commands.check; --help tells its options."""
import command

if __name__ == "__main__":
    command.run("check")
