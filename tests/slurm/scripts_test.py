"""The scripts of slurm/ as texts: those of experiments are of one form, and none deletes anything."""
import re
import shutil
import subprocess
import unittest

import support

SLURM = support.SOURCE / "slurm"
SHARED = {"common", "steps", "submit"}


class Scripts(unittest.TestCase):
    def test_each_script_is_that_of_a_job(self):
        scripts = {script.stem for script in SLURM.glob("*.sh")} - SHARED
        self.assertIn("phase_diagram", scripts)  # which submit.sh falls back to
        for name in scripts:
            self.assertTrue((support.SOURCE / "jobs" / f"{name}.ini").exists(), name)

    def test_all_are_of_one_form(self):
        def form(name):
            text = (SLURM / f"{name}.sh").read_text().replace(name, "NAME")
            return re.sub(r"^#SBATCH --(ntasks|time)=.*", "", text, flags=re.MULTILINE)
        for script in SLURM.glob("*.sh"):
            if script.stem not in SHARED:
                self.assertEqual(form(script.stem), form("phase_diagram"), script.name)

    def test_nothing_is_deleted(self):
        for script in SLURM.glob("*.sh"):
            for number, line in enumerate(script.read_text().splitlines(), 1):
                code = re.sub(r"(^|\s)#.*", "", line)
                self.assertNotRegex(code, r"\b(rm|mv|unlink|rmdir|truncate|shred)\b", f"{script.name}:{number}")

    def test_shellcheck(self):
        if not shutil.which("shellcheck"):
            self.skipTest("no shellcheck here")
        done = subprocess.run(["shellcheck", "--external-sources", "--source-path=SCRIPTDIR", *sorted(SLURM.glob("*.sh"))],
                              capture_output=True, text=True, cwd=SLURM)
        self.assertEqual(done.returncode, 0, done.stdout)


if __name__ == "__main__":
    unittest.main()
