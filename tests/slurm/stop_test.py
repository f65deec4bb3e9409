"""A sweep that is stopped goes on where it was, or says why it does not; its bytes are those of an uninterrupted run."""
import unittest

import support

LAUNCHERS = ["mpirun", "srun"]


class Stop(support.InSlurm):
    def submit(self, job, launcher="mpirun", *options):
        return self.sbatch("--ntasks=4", "--nodes=2", f"--job-name={launcher}", "--output=%x.log", *options,
                           "slurm/toy_wait.sh", job, "--output", f"results/{launcher}.h5", GDM_LAUNCH=launcher,
                           **self.close_gate())

    def test_walltime(self):
        # Slurm looks at limits every 30 s only: the warning comes 5 to 35 s after the start.
        job = self.toy_job(160)
        reference = self.uninterrupted(job)
        numbers = {launcher: self.submit(job, launcher, "--time=1", "--signal=B:USR1@25") for launcher in LAUNCHERS}
        for launcher, number in numbers.items():
            self.wait_for(lambda: "back into the queue" in self.log(f"{launcher}.log"), "the end of the first run", 150)
        self.open_gate()
        for launcher, number in numbers.items():
            with self.subTest(launcher):
                self.assertEqual(self.ended(number, 150), "COMPLETED")
                self.assertGreater(int(self.job(number)["Restarts"]), 0)
                log = self.log(f"{launcher}.log")
                self.assertIn("warned by Slurm: the ranks are told to stop", log)
                # Ranks are told one after the other: rank 0, which reports, may hear it from the others first.
                self.assertRegex(log, "stopped by (SIGUSR1|another rank)")
                self.assertRegex(log, r"back into the queue with \d+ replicas done \(code 75\)")
                self.assertRegex(log, rf"run 2 of toy_wait.ini .* by {launcher}, .* [1-9]\d* replicas done before")
                self.assert_same(f"results/{launcher}.h5", reference())
                reduction, _ = self.followers(log)
                self.assertEqual(self.ended(reduction), "COMPLETED")
                self.assertEqual(log.count("complete: "), 1)
                self.assertEqual(self.log(f"{launcher}.log").count("reducing"), 1)

    def test_cancelled_then_submitted_again(self):
        job = self.toy_job(20)
        reference = self.uninterrupted(job)
        first = {launcher: self.submit(job, launcher) for launcher in LAUNCHERS}
        for launcher, number in first.items():
            self.in_the_middle(f"results/{launcher}.h5")
            self.slurm("scancel", number)
        second = {}
        for launcher, number in first.items():
            with self.subTest(launcher):
                self.assertEqual(self.ended(number), "CANCELLED")
                self.wait_for(lambda: "replicas done; sbatch the same script" in self.log(f"{launcher}.log"), "the last word")
                self.assertRegex(self.log(f"{launcher}.log"), r"cancelled with [1-9]\d* replicas done")
                for follower in self.followers(self.log(f"{launcher}.log")):
                    self.assertEqual(self.ended(follower), "CANCELLED")  # or they would wait for ever
                second[launcher] = self.submit(job, launcher)
        self.open_gate()
        for launcher, number in second.items():
            with self.subTest(launcher):
                self.assertEqual(self.ended(number), "COMPLETED")
                self.assertRegex(self.log(f"{launcher}.log"), r"run 1 of .* [1-9]\d* replicas done before")
                self.assertEqual(self.job(first[launcher])["Restarts"], "0")
                self.assert_same(f"results/{launcher}.h5", reference())

    def warned(self, number):
        """The warning at once, as Slurm would send it."""
        self.wait_for(lambda: len(self.ranks(number)) == 4, "four ranks")
        self.slurm("scancel", "--batch", "--signal=USR1", number)

    def test_not_requeued(self):
        slow = self.sbatch("--ntasks=4", "--output=slow.log", "slurm/toy_wait.sh", self.toy_job(2, wait=100, name="slow"))
        wrong = self.sbatch("--ntasks=2", "--output=wrong.log", "slurm/toy_wait.sh", self.toy_job(2), "--replcas", "3")
        (self.top / "file").write_text("no folder")
        unwritable = self.sbatch("--ntasks=2", "--output=unwritable.log", "slurm/toy_wait.sh", self.toy_job(2),
                                 "--output", "file/x.h5")
        nowhere = self.sbatch("--ntasks=2", "--output=nowhere.log", "slurm/toy_wait.sh", "nowhere.ini")
        self.wait_for((self.top / "results/slow.h5").exists, "the sweep file")
        self.warned(slow)
        for number, name, code, reason in [
                (slow, "slow", 1, "not requeued: this run finished no replica"),
                (wrong, "wrong", 2, "not requeued: gdm-sweep ended with code 2"),
                (unwritable, "unwritable", 74, "not requeued: gdm-sweep ended with code 74"),
                (nowhere, "nowhere", 2, "not requeued: gdm-sweep ended with code 2")]:
            with self.subTest(name):
                self.assertEqual(self.ended(number), "FAILED")
                self.assertEqual(self.job(number)["ExitCode"], f"{code}:0")
                self.assertEqual(self.job(number)["Restarts"], "0")
                self.assertIn(reason, self.log(f"{name}.log"))
        self.all_ended()
        self.assertNotIn("reducing", "".join(self.log(f"{name}.log") for name in ["slow", "wrong", "unwritable"]))

    def test_begun_anew_only_once(self):
        job = self.toy_job(20)
        self.slurm("gdm-sweep", job, "--wait=0", "--output=results/toy_wait.h5")
        number = self.sbatch("--ntasks=4", "--output=anew.log", "slurm/toy_wait.sh", job, "--overwrite", **self.close_gate())
        self.wait_for(lambda: 0 < self.replicas_done() < 80, "the first replicas")
        self.warned(number)
        self.wait_for(lambda: "back into the queue" in self.log("anew.log"), "the end of the first run")
        self.open_gate()
        self.assertEqual(self.ended(number), "COMPLETED")
        self.assertRegex(self.log("anew.log"), r"run 1 of .*, 0 replicas done before")
        self.assertRegex(self.log("anew.log"), r"run 2 of .* [1-9]\d* replicas done before")


if __name__ == "__main__":
    unittest.main()
