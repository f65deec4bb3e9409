#!/usr/bin/python3
"""Draws the figures of a reduced file: the command gdmsweep.commands.plot; --help tells its options."""
import command

if __name__ == "__main__":
    command.run("plot")
