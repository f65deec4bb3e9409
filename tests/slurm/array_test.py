"""Arrays: each task takes its index as seed and writes a file of its own; all are reduced, then merged."""
import unittest

import h5py

import support

#: Stands in for the program where it is not built: the first file is the merged one.
STAND_IN = """#!/bin/bash
echo "stand-in for gdm-merge: $*"
cp "$2" "$1"
"""


class Array(support.InSlurm):
    def setUp(self):
        super().setUp()
        if not (self.top / "bin/gdm-merge").exists():
            (self.top / "bin/gdm-merge").write_text(STAND_IN)
            (self.top / "bin/gdm-merge").chmod(0o755)

    def test_seeds(self):
        job = self.toy_job(24)
        reference = self.uninterrupted(job, "--seed=3")
        number = self.sbatch("--array=1-3", "--ntasks=2", "--output=%x.%a.log", "slurm/toy_wait.sh", job)
        # The last task has the number of the whole array: to requeue it must not requeue the others.
        self.in_the_middle("results/toy_wait.seed3.h5")
        self.slurm("scancel", "--batch", "--signal=USR1", f"{number}_3")
        for task in [1, 2, 3]:
            self.assertEqual(self.ended(f"{number}_{task}"), "COMPLETED")
            self.assertEqual(self.job(f"{number}_{task}")["Restarts"], "1" if task == 3 else "0")
        self.all_ended()
        seeds = {}
        for task in [1, 2, 3]:
            with h5py.File(self.top / f"results/toy_wait.seed{task}.h5") as file:
                self.assertEqual(int(file.attrs["seed"]), task)
            seeds[task] = support.content(self.top / f"results/toy_wait.seed{task}.h5")["/replicas/x"]
            self.assertTrue((self.top / f"results/toy_wait.seed{task}.reduced.h5").exists())
        self.assertEqual(len(set(seeds.values())), 3)
        self.assert_same("results/toy_wait.seed3.h5", reference())
        logs = {task: self.log(f"toy_wait.{task}.log") for task in [1, 2, 3]}
        self.assertEqual(sum(log.count("merging ") for log in logs.values()), 1)
        files = " ".join(f"results/toy_wait.seed{task}.h5" for task in [1, 2, 3])
        self.assertIn(f"merging {files} into results/toy_wait.seeds1-3.h5", logs[1])
        self.assertTrue((self.top / "results/toy_wait.seeds1-3.reduced.h5").exists())
        for log in logs.values():
            self.assertEqual(log.count("reducing results/toy_wait.seed"), 2 if log == logs[1] else 1)

    def merge(self):
        # Toys have no figures, which is how the last step of all ends here.
        return self.slurm("bash", "slurm/steps.sh", "merge", "results/toy_wait.h5", check=False).stdout

    def test_merge(self):
        job = self.toy_job(2, wait=0)
        self.slurm("gdm-sweep", job, "--seed=2", "--output=results/toy_wait.seed2.h5")
        self.assertIn("fewer than two seeds are complete", self.merge())
        self.slurm("gdm-sweep", job, "--seed=10", "--output=results/toy_wait.seed10.h5")
        self.slurm("gdm-sweep", job, "--seed=3", "--wait=10", "--time-limit=1", "--output=results/toy_wait.seed3.h5", check=False)
        said = self.merge()
        self.assertIn("left out, because it is not complete: results/toy_wait.seed3.h5", said)
        self.assertIn("merging results/toy_wait.seed2.h5 results/toy_wait.seed10.h5 into results/toy_wait.seeds2-10.h5", said)
        before = (self.top / "results/toy_wait.seeds2-10.h5").stat()
        self.assertIn("results/toy_wait.seeds2-10.h5 is there already and stays as it is", self.merge())
        self.assertEqual((self.top / "results/toy_wait.seeds2-10.h5").stat().st_mtime_ns, before.st_mtime_ns)
        (self.top / "bin/gdm-merge").unlink()
        self.assertIn("not merged, because there is no gdm-merge here: results/toy_wait.seed2.h5", self.merge())


if __name__ == "__main__":
    unittest.main()
