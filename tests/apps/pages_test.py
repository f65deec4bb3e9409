"""--help, --version and the manual pages of all programs, as they are read: in 80 columns, by man, without a warning of troff."""
import fcntl
import os
import pathlib
import pty
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import unittest

PAGES, PROGRAMS = (pathlib.Path(sys.argv.pop(1)).resolve() for _ in range(2))
NAMES = ("gdm-sweep", "gdm-status", "gdm-reduce", "gdm-merge")
SHELL_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")


def said(*command):
    result = subprocess.run([PROGRAMS / command[0], *command[1:]], capture_output=True, text=True)
    return result.returncode, result.stdout, result.stderr


def on_terminal(*command):
    """What a program shows on a terminal of 80 columns."""
    process, terminal = pty.fork()
    if process == 0:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        os.execv(command[0], command)
    shown = b""
    try:
        while part := os.read(terminal, 4096):
            shown += part
    except OSError:  # the other end is closed
        pass
    os.waitpid(process, 0)
    os.close(terminal)
    return shown.decode()


class Help(unittest.TestCase):
    def test_is_one_screen_of_80_columns(self):
        for name in NAMES:
            code, text, trouble = said(name, "--help")
            self.assertEqual((code, trouble), (0, ""))
            lines = text.splitlines()
            self.assertLessEqual(len(lines), 40, name)
            self.assertLess(max(map(len, lines)), 80, name)
            self.assertTrue(text.startswith(f"Usage: {name} "))
            self.assertEqual(said(name, "-h")[1], text)

    def test_all_has_more(self):
        for name in NAMES:
            brief, all_ = said(name, "--help")[1], said(name, "--help", "all")[1]
            self.assertLessEqual(set(SHELL_OPTION.findall(brief)), set(SHELL_OPTION.findall(all_)))
            self.assertLess(max(map(len, all_.splitlines())), 80, name)
            self.assertEqual(said(name, "-h", "all")[1], all_)
        self.assertIn("--mpi-io-hints", said("gdm-sweep", "--help", "all")[1])
        self.assertIn("  target_error", said("gdm-sweep", "--help", "all")[1])
        self.assertRegex(said("gdm-sweep", "--help", "all")[1], r"\n  ising\n      T, beta, L,")

    def test_lists_fit_a_terminal(self):
        for command in (["--list"], ["--describe", "phase_diagram"]):
            piped = said("gdm-sweep", *command)[1]
            shown = on_terminal(PROGRAMS / "gdm-sweep", *command)
            self.assertGreater(max(map(len, piped.splitlines())), 80)
            self.assertLessEqual(max(map(len, shown.splitlines())), 80)
            if command[0] == "--list":
                self.assertEqual(len(shown.splitlines()), len(piped.splitlines()))
            else:
                self.assertEqual(shown.split(), piped.split())

    def test_version_and_topics(self):
        for name in NAMES:
            self.assertRegex(said(name, "--version")[1], rf"^{name} \d+\.\d+\.\d+")
            code, text, trouble = said(name, "--help=most")
            self.assertEqual((code, text), (2, ""))
            self.assertRegex(trouble, rf"^{name}: --help=most: takes all,.*\n$")

    def test_program_under_another_name(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("sweep", "status", "reduce"):
                other = pathlib.Path(folder) / f"my-{name}"
                other.symlink_to(PROGRAMS / f"gdm-{name}")
                run = subprocess.run([other, "--help"], capture_output=True, text=True, check=True)
                self.assertTrue(run.stdout.startswith(f"Usage: my-{name} "))
                run = subprocess.run([other, "--no-such"], capture_output=True, text=True)
                self.assertTrue(run.stderr.startswith(f"my-{name}: unknown option"), run.stderr)


class ManualPages(unittest.TestCase):
    def page(self, name):
        return PAGES / f"man/{name}.1"

    def test_name_every_option(self):
        for name in NAMES:
            text = re.sub(r"\\f[BIR]", "", self.page(name).read_text()).replace("\\-", "-")
            self.assertLessEqual(set(SHELL_OPTION.findall(said(name, "--help", "all")[1])), set(SHELL_OPTION.findall(text)))

    @unittest.skipUnless(shutil.which("groff"), "no groff")
    def test_troff_warns_of_nothing(self):
        for name in NAMES:
            run = subprocess.run(["groff", "-ww", "-K", "utf8", "-man", "-T", "utf8", "-z", self.page(name)], capture_output=True, text=True)
            self.assertEqual((run.returncode, run.stderr), (0, ""))

    @unittest.skipUnless(shutil.which("man"), "no man")
    def test_man_shows_it_in_80_columns(self):
        for name in NAMES:
            run = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", self.page(name)], capture_output=True, text=True,
                                 env={**os.environ, "MANWIDTH": "80", "LC_ALL": "C.UTF-8", "MAN_KEEP_FORMATTING": ""})
            self.assertEqual((run.returncode, run.stderr), (0, ""))
            if "NAME" not in run.stdout:
                self.skipTest("this man is a stub, as in small images")
            self.assertLessEqual(max(map(len, run.stdout.splitlines())), 80)
            self.assertRegex(run.stdout, rf"\nNAME\n +{name} - \w")

    @unittest.skipUnless(shutil.which("lexgrog"), "no lexgrog")
    def test_apropos_finds_it(self):
        for name in NAMES:
            run = subprocess.run(["lexgrog", self.page(name)], capture_output=True, text=True)
            self.assertIn(f'"{name} - ', run.stdout)


if __name__ == "__main__":
    unittest.main()
