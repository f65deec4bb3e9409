#!/usr/bin/python3
"""Draws condensation times of several datasets in one figure: the command gdmsweep.commands.plot_datasets; --help tells its options."""
import command

if __name__ == "__main__":
    command.run("plot_datasets")
