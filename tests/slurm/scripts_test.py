"""The scripts of slurm/ as texts: one for each experiment, all of the same form, and none deletes anything."""
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import support

SLURM = support.SOURCE / "slurm"
SHARED = {"common", "generate", "steps", "submit"}


class Scripts(unittest.TestCase):
    def test_one_script_for_each_experiment(self):
        listed = subprocess.run([support.PROGRAMS / "gdm-sweep", "--list"], capture_output=True, text=True, check=True).stdout
        experiments = {line.split()[0] for line in listed.splitlines()}
        self.assertEqual({script.stem for script in SLURM.glob("*.sh")} - SHARED, experiments)
        for name in experiments:
            self.assertTrue((support.SOURCE / "jobs" / f"{name}.ini").exists(), name)

    def test_all_are_of_the_form_of_the_first(self):
        done = subprocess.run([SLURM / "generate.sh", "--check"], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_a_change_of_the_first_reaches_all(self):
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder) / "slurm"
            shutil.copytree(SLURM, copy)
            first = copy / "phase_diagram.sh"
            first.write_text(first.read_text().replace("##SBATCH --account=my_project", "#SBATCH --account=ours"))
            done = subprocess.run([copy / "generate.sh", "--check"], capture_output=True, text=True)
            others = len(list(SLURM.glob("*.sh"))) - len(SHARED) - 1
            self.assertEqual((done.returncode, done.stderr.count("is not what slurm/phase_diagram.sh makes of it")), (1, others))
            subprocess.run([copy / "generate.sh"], check=True)
            self.assertIn("\n#SBATCH --account=ours\n", (copy / "rem.sh").read_text())
            self.assertIn("\n#SBATCH --ntasks=16\n", (copy / "rem.sh").read_text())
            self.assertEqual(subprocess.run([copy / "generate.sh", "--check"]).returncode, 0)

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
