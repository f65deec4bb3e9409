"""Completion in real shells: bash by its own variables, zsh on a pseudo-terminal."""
import os
import pathlib
import pty
import select
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

PAGES = pathlib.Path(sys.argv.pop(1)).resolve()
sys.argv.pop(1)
HELPER = r'''
source "$1"
set -f
COMP_WORDS=(); for word in "${@:2}"; do COMP_WORDS+=("$word"); done
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
read -r _ _ function _ <<<"$(complete -p "${COMP_WORDS[0]}")"
set +f
"$function"
printf '%s\n' "${COMPREPLY[@]}"
'''


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        (self.folder / "jobs").mkdir()
        (self.folder / "jobs/cold spins.ini").write_text("# T = 1\n  experiment =ising  # of 1920\nT = 1\n")
        for name in ("a.h5", "a.reduced.h5", "points.csv", "note.txt"):
            (self.folder / name).touch()


class Bash(Folder):
    def complete(self, *words):
        """What is offered for the last word, as readline divides the line."""
        result = subprocess.run(["bash", "--norc", "-c", HELPER, "bash", PAGES / "bash" / words[0], *words],
                                cwd=self.folder, capture_output=True, text=True, check=True)
        self.assertEqual(result.stderr, "")
        return result.stdout.split("\n")[:-1]

    def test_keys_of_a_model_in_python(self):
        (self.folder / "walk.py").write_text("n_steps = grid('1, 2', 'steps')\nr2 = observable('distance')\nmodel = setting(3)\n")
        self.assertEqual(self.complete("gdm-sweep", "walk.py", "--n"), ["--n_steps"])
        self.assertEqual(self.complete("gdm-sweep", "walk.py", "--mod"), ["--model"])
        self.assertEqual("".join(self.complete("gdm-sweep", "walk.py", "--mu")), "")
        self.assertEqual(self.complete("gdm-sweep", "--describe", "wa"), ["walk.py"])

    def test_options(self):
        self.assertEqual(self.complete("gdm-sweep", "--over"), ["--overwrite"])
        self.assertEqual(self.complete("gdm-status", "--w"), ["--watch"])
        self.assertEqual(self.complete("gdm-reduce", "--o"), ["--output", "--overwrite"])
        self.assertEqual(self.complete("gdm-merge", "--a"), ["--allow-other-instruction-set"])

    def test_files_of_each_program(self):
        self.assertEqual(self.complete("gdm-sweep", ""), ["jobs"])
        self.assertEqual(self.complete("gdm-sweep", "jobs/"), ["jobs/cold spins.ini"])
        for program in ("gdm-status", "gdm-reduce", "gdm-merge"):
            self.assertEqual(self.complete(program, ""), ["jobs", "a.h5"])  # not the reduced one
        self.assertEqual(self.complete("gdm-sweep", "--reuse", "b.h5", ""), ["jobs", "a.h5"])
        self.assertEqual(self.complete("gdm-sweep", "--reuse", "b.h5", "--gr"), ["--grow"])
        self.assertEqual(self.complete("gdm-sweep", "--output", "=", "a"), ["a.h5"])
        self.assertEqual(self.complete("gdm-sweep", "--points", "p"), ["points.csv"])
        self.assertEqual(self.complete("gdm-sweep", "--time-limit", ""), [""])

    def test_experiments(self):
        self.assertEqual(self.complete("gdm-sweep", "--describe", "phase"), ["phase_diagram"])
        self.assertEqual(self.complete("gdm-sweep", "--experiment", "=", "hopf"), ["hopfield", "hopfield_capacity"])

    def test_keys_are_those_of_the_experiment(self):
        self.assertEqual(self.complete("gdm-sweep", "--mu"), ["--mu"])  # of the built-in job
        self.assertEqual(self.complete("gdm-sweep", "jobs/cold spins.ini", "--mu"), [""])
        self.assertEqual(self.complete("gdm-sweep", "jobs/cold spins.ini", "--lat"), ["--lattice"])
        self.assertEqual(self.complete("gdm-sweep", "--experiment", "ising", "--lat"), ["--lattice"])
        self.assertEqual(self.complete("gdm-sweep", "jobs/cold spins.ini", "--see"), ["--seed"])

    def test_words(self):
        words = self.complete("gdm-sweep", "jobs/cold spins.ini", "--update", "")
        self.assertIn("wolff", words)
        self.assertEqual(self.complete("gdm-sweep", "jobs/cold spins.ini", "--update", "=", "wol"), ["wolff"])


@unittest.skipUnless(shutil.which("zsh"), "no zsh")
class Zsh(Folder):
    def typed(self, text, expected):
        """Types `text` and a tab; whether `expected` appears."""
        process, terminal = pty.fork()
        if process == 0:
            os.chdir(self.folder)
            os.environ.update(TERM="dumb", COLUMNS="80", HOME=str(self.folder))
            os.execvp("zsh", ["zsh", "-f", "-i"])
        try:
            self.until(terminal, f"PS1=; fpath=({PAGES}/zsh $fpath); autoload -U compinit; compinit -u -D; echo re''ady\n", "ready")
            return self.until(terminal, text + "\t", expected)
        finally:
            os.close(terminal)
            os.waitpid(process, 0)

    def until(self, terminal, text, expected):
        os.write(terminal, text.encode())
        seen, end = "", time.monotonic() + 30
        while expected not in seen and time.monotonic() < end:
            if select.select([terminal], [], [], 0.1)[0]:
                seen += os.read(terminal, 4096).decode(errors="replace")
        self.assertIn(expected, seen)

    def test_keys_of_a_model_in_python(self):
        (self.folder / "my walk.py").write_text("n_steps = grid('1, 2', 'steps')\nr2 = observable('distance')\nmodel = setting(3)\n")
        self.typed("gdm-sweep my\\ walk.py --n_st", "--n_steps")
        self.typed("gdm-sweep my\\ walk.py --mod", "--model")
        self.typed("gdm-sweep --experiment my\\ walk.py --n_st", "--n_steps")
        self.typed("gdm-sweep my\\ walk.py --see", "--seed")
        self.typed("gdm-sweep --describe my\\ w", "my\\ walk.py")

    def test_completes(self):
        self.typed("gdm-sweep --overw", "--overwrite")
        self.typed("gdm-sweep --describe phase_d", "phase_diagram")
        self.typed("gdm-sweep jobs/cold\\ spins.ini --latt", "--lattice")
        self.typed("gdm-sweep jobs/cold\\ spins.ini --update wol", "wolff")
        self.typed("gdm-reduce a", "a.h5")
        self.typed("gdm-status --verif", "--verify")


class AllPages(unittest.TestCase):
    def test_are_understood(self):
        for page in (PAGES / "bash").iterdir():
            subprocess.run(["bash", "-n", page], check=True)
        if shutil.which("zsh"):
            for page in (PAGES / "zsh").iterdir():
                subprocess.run(["zsh", "-n", page], check=True)


if __name__ == "__main__":
    unittest.main()
