"""What dies without a word - a rank, a whole node - costs the replicas in its hands and a place in the queue, nothing else."""
import os
import pathlib
import signal
import unittest

import support


class Crash(support.InSlurm):
    def submit(self, job, launcher, *options):
        return self.sbatch("--ntasks=4", "--nodes=2", "--ntasks-per-node=2", f"--job-name={launcher}", "--output=%x.log",
                           *options, "slurm/toy_wait.sh", job, "--output", f"results/{launcher}.h5", GDM_LAUNCH=launcher, **self.close_gate())

    def test_rank_killed(self):
        # The others are ended by mpirun or srun, and the job requeues itself, as it does after a warning.
        job = self.toy_job(20)
        reference = self.uninterrupted(job)
        numbers = {launcher: self.submit(job, launcher) for launcher in ["mpirun", "srun"]}
        for launcher, number in numbers.items():
            self.in_the_middle(f"results/{launcher}.h5")
            os.kill(max(self.ranks(number)), signal.SIGKILL)
            self.wait_for(lambda: "back into the queue" in self.log(f"{launcher}.log"), "the end of the first run")
        self.open_gate()
        for launcher, number in numbers.items():
            with self.subTest(launcher):
                self.assertEqual(self.ended(number), "COMPLETED")
                self.assertEqual(self.job(number)["Restarts"], "1")
                log = self.log(f"{launcher}.log")
                self.assertRegex(log, r"back into the queue with [1-9]\d* replicas done \(code 137\)")
                self.assertRegex(log, r"run 2 of .* [1-9]\d* replicas done before")
                self.assertEqual(len(self.followers(log)), 2)  # not submitted again by the second run
                self.assert_same(f"results/{launcher}.h5", reference())

    def test_node_killed(self):
        # Slurm itself requeues the job, once it knows that the node is gone; the third node takes its place.
        job = self.toy_job(20)
        reference = self.uninterrupted(job)
        number = self.submit(job, "mpirun", "--partition=fragile")
        self.in_the_middle("results/mpirun.h5")
        node = self.job(number)["BatchHost"]
        support.CLUSTER.kill_node(node)
        try:
            self.slurm("scontrol", "update", f"NodeName={node}", "State=DOWN", "Reason=killed")
            self.open_gate()
            self.assertEqual(self.ended(number), "COMPLETED")
            self.assertEqual(self.job(number)["Restarts"], "1")
            self.assertNotEqual(self.job(number)["BatchHost"], node)
            log = self.log("mpirun.log")
            self.assertRegex(log, r"run 1 of .* 0 replicas done before")
            self.assertNotIn("back into the queue", log)
            self.assertRegex(log, r"run 2 of .* [1-9]\d* replicas done before")
            self.assert_same("results/mpirun.h5", reference())
            reduction, _ = self.followers(log)
            self.assertEqual(self.ended(reduction), "COMPLETED")
        finally:
            support.CLUSTER.start_node(node)
            # Refused where the node came back by itself.
            self.slurm("scontrol", "update", f"NodeName={node}", "State=RESUME", check=False)
            self.wait_for(lambda: support.CLUSTER.nodes_up() == len(support.cluster.NODES), "all nodes up again")

    def test_several_nodes(self):
        job = self.toy_job(10)
        reference = self.uninterrupted(job)
        numbers = {launcher: self.submit(job, launcher) for launcher in ["mpirun", "srun"]}
        for launcher, number in numbers.items():
            with self.subTest(launcher):
                self.in_the_middle(f"results/{launcher}.h5")
                ranks = self.ranks(number)
                hosts = [self.node_of(rank) for rank in ranks]
                self.assertEqual(len(ranks), 4)
                self.assertEqual(len(set(hosts)), 2, hosts)
                # The queue of a node is memory that its ranks alone share: with two of them, the first rank hands out chunks.
                queues = [self.shared_memory(rank) for rank in ranks]
                for a in range(4):
                    self.assertTrue(queues[a])
                    for b in range(4):
                        self.assertEqual(bool(queues[a] & queues[b]), hosts[a] == hosts[b], (hosts, queues))
        self.open_gate()
        for launcher, number in numbers.items():
            with self.subTest(launcher):
                self.assertEqual(self.ended(number), "COMPLETED")
                self.assertEqual(self.job(number)["NumNodes"], "2")
                self.assert_same(f"results/{launcher}.h5", reference())

    @staticmethod
    def node_of(process):
        words = pathlib.Path(f"/proc/{process}/environ").read_text().split("\0")
        return next(word.partition("=")[2] for word in words if word.startswith("SLURMD_NODENAME="))

    @staticmethod
    def shared_memory(process):
        """The inodes of gdm-sweep's shared memory that a rank has mapped."""
        lines = pathlib.Path(f"/proc/{process}/maps").read_text().splitlines()
        return {line.split()[4] for line in lines if "/gdm-sweep-" in line and " rw-s " in line}


if __name__ == "__main__":
    unittest.main()
