"""From sbatch to the figure: the sweep, then jobs that reduce and plot; from the repository, installed, and by submit.sh."""
import os
import pathlib
import subprocess
import unittest

import matplotlib.image

import support

SMALL = ["--theta=linspace(0.5, 1.5, 5)", "--K=16, 64", "--samples=256", "--replicas=4"]


class Figure(support.InSlurm):
    toys = False

    def assert_plotted(self, number, log, folder=None):
        self.assertEqual(self.ended(number), "COMPLETED")
        reduction, figures = self.followers(self.log(log))
        for follower in [reduction, figures]:
            self.assertEqual(self.ended(follower), "COMPLETED")
            self.assertEqual(self.job(follower)["NumCPUs"], "1")
        results = (folder or self.top) / "results"
        self.assertTrue((results / "generative_bath_field.reduced.h5").exists())
        self.assertGreater(matplotlib.image.imread(results / "generative_bath_field.png").std(), 0.01)  # a picture, not a blank
        self.assertIn(" complete\n", self.log(log))

    def test_from_sbatch_to_figure(self):
        number = self.sbatch("--ntasks=4", "slurm/phase_diagram.sh", "jobs/generative_bath_field.ini", *SMALL)
        self.assert_plotted(number, f"phase_diagram.{number}.log")

    def test_without_slurm(self):
        done = self.slurm("bash", "slurm/condensation.sh", check=False)
        self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1))
        self.assertIn("sbatch slurm/condensation.sh", done.stderr)

    def test_installed(self):
        prefix = self.top / "a prefix"
        subprocess.run(["cmake", "--install", PROGRAMS_BUILD, "--prefix", prefix], check=True, stdout=subprocess.DEVNULL)
        work = self.top / "work"
        work.mkdir()
        # Nothing of it is on PATH; the log lies in the folder of the submission.
        number = self.sbatch("--ntasks=2", f"--chdir={work}", f"{prefix}/share/gdm-sweep/slurm/phase_diagram.sh",
                             "jobs/generative_bath_field.ini", *SMALL, PATH=os.environ["PATH"])
        self.assert_plotted(number, f"work/phase_diagram.{number}.log", work)

    def submit(self, *arguments):
        done = self.slurm("bash", "slurm/submit.sh", *arguments, check=False)
        return done.returncode, done.stdout, done.stderr

    def test_submit(self):
        code, said, trouble = self.submit("jobs/generative_bath_field.ini", *SMALL, "-n", "3", "--output", "results/generative_bath_field.h5")
        self.assertEqual((code, trouble), (0, ""))
        self.assertEqual([line.split()[0] for line in said.splitlines()],
                         ["job", "ranks", "time", "memory", "output", "submitted"])
        number = said.splitlines()[-1].split()[2]
        job = self.job(number)
        self.assertEqual((job["NumCPUs"], job["TimeLimit"], job["JobName"]), ("3", "00:10:00", "generative_bath_field"))
        self.assert_plotted(number, f"generative_bath_field.{number}.log")

    def test_submit_chooses(self):
        # 175 hours of a bath cannot be done on 16 CPUs in one run of two hours, the limit of the partition.
        code, said, trouble = self.submit("jobs/generative_bath_field.ini", "--replicas=1600000", "--dry-run")
        self.assertEqual((code, trouble), (0, ""))
        self.assertRegex(said, r"\nranks +16: .*whole nodes of 4\n")
        self.assertRegex(said, r"\ntime +02:00:00: .*in about \d+ such runs\n")
        self.assertRegex(said, r"\nwould run +sbatch .*--ntasks=16 --time=02:00:00 .*--replicas=1600000\n")
        code, said, _ = self.submit("jobs/speciation.ini", "--dry-run", "-p", "fragile")
        self.assertRegex(said, r"\nranks +1: .*partition fragile\n")
        self.assertRegex(said, r"\ntime +00:10:00: ")
        # The script of the experiment where there is one.
        self.assertRegex(said, r"\nwould run .*/slurm/phase_diagram\.sh jobs/speciation\.ini")
        code, said, _ = self.submit("jobs/condensation.ini", "--dry-run")
        self.assertRegex(said, r"\nwould run .*/slurm/condensation\.sh jobs/condensation\.ini")
        self.assertEqual(self.queue(), [])

    def test_submit_refuses(self):
        for arguments, reason in [
                ([], "the job file comes first"),
                (["nowhere.ini"], "no such job file"),
                (["jobs/generative_bath_field.ini", "--replcas=3"], "did you mean '--replicas'"),
                (["jobs/generative_bath_field.ini", "--K=0"], "not allowed"),
                (["jobs/generative_bath_field.ini", "--partition=nowhere"], "no partition 'nowhere'"),
                (["jobs/generative_bath_field.ini", "-n", "none"], "--ntasks none: takes a whole number")]:
            with self.subTest(reason):
                code, said, trouble = self.submit(*arguments)
                self.assertEqual((code, said, trouble.count("\n")), (2, "", 1), trouble)
                self.assertIn(reason, trouble)
        self.assertEqual(self.queue(), [])


class Failed(support.InSlurm):
    def test_failed_replicas_do_not_stop_the_rest(self):
        number = self.sbatch("--ntasks=2", "slurm/toy_throw.sh", "--experiment=toy_throw", "--replicas=3")
        self.assertEqual(self.ended(number), "FAILED")  # there is no jobs/toy_throw.ini
        (self.top / "toy_throw.ini").write_text("experiment = toy_throw\nreplicas = 4\n")
        number = self.sbatch("--ntasks=2", "slurm/toy_throw.sh", "toy_throw.ini")
        self.assertEqual(self.ended(number), "COMPLETED")
        log = self.log(f"toy_throw.{number}.log")
        self.assertIn("the series did not converge", log)
        self.assertIn("complete but for failed replicas", log)
        self.assertEqual(self.ended(self.followers(log)[0]), "COMPLETED")
        self.assertIn("15 of 16 replicas", self.log(f"toy_throw.{number}.log"))


PROGRAMS_BUILD = pathlib.Path(support.PROGRAMS).parent

if __name__ == "__main__":
    unittest.main()
