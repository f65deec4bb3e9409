"""What models print."""
import io

from _gdm import program

MOST_LINES = 100  #: printed by one process
LONGEST = 1000  #: characters of a line


class Console(io.TextIOBase):
    """What models print: whole lines on stderr, so that they meet nothing of the program's, and not more than can be read."""

    def __init__(self, name):
        self.name, self.lines, self.begun = name, 0, ""

    def writable(self):
        return True

    def write(self, text):
        *lines, begun = (self.begun + str(text)).replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self.begun = begun[:LONGEST]
        for line in lines:
            self.show(line)
        return len(text)

    def show(self, line):
        if self.lines < MOST_LINES:
            program.show(line[:LONGEST].encode(errors="replace"))
        elif self.lines == MOST_LINES:
            program.show(f"{self.name} has printed {MOST_LINES} lines; what it prints further is not shown".encode())
        self.lines += 1

    def end(self):
        """Shows a line that was begun."""
        if self.begun:
            self.write("\n")
