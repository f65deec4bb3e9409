#!/usr/bin/python3
"""Makes a table of points that fill a box evenly: the command gdmsweep.commands.make_points; --help tells its options."""
import command

if __name__ == "__main__":
    command.run("make_points")
