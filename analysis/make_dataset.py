#!/usr/bin/python3
"""Turns data into an HDF5 file that a job reads as its dataset: the command gdmsweep.commands.make_dataset; --help tells its options."""
import command

if __name__ == "__main__":
    command.run("make_dataset")
