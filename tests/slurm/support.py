"""What the tests of slurm/ share: a folder to submit from, jobs and what becomes of them, and what a sweep file holds.

The cluster is that of cluster.py: ctest starts it, and says where it is by SLURM_CONF. GDM_PROGRAMS is the folder of gdm-sweep,
GDM_TOYS that of toy-sweep."""
import contextlib
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest

import h5py

import cluster

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = pathlib.Path(os.environ.get("GDM_PROGRAMS", SOURCE / "build/release/bin"))
TOYS = pathlib.Path(os.environ.get("GDM_TOYS", SOURCE / "build/release/tests"))
CLUSTER = cluster.Cluster(pathlib.Path(os.environ["SLURM_CONF"]).parents[1]) if "SLURM_CONF" in os.environ else None
OVER = {"COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY"}


def content(sweep):
    """Everything in a sweep file that is promised to be the same whatever happens on the way, as bytes."""
    with h5py.File(sweep) as file:
        found = {"/status/checksum": file["status/checksum"][()].tobytes()}
        for group in ["axes", "points", "replicas"]:
            for name, data in file[group].items():
                found[f"/{group}/{name}"] = data[()].tobytes()
        return found


class InSlurm(unittest.TestCase):
    """A folder like the repository's top one: slurm/, jobs/, analysis/, and bin/ on PATH. `toys`: gdm-sweep is toy-sweep, and
    there are scripts of its experiments."""
    toys = True

    def setUp(self):
        if CLUSTER is None or not CLUSTER.link.exists():
            self.fail("no cluster here: run ctest -L slurm, or cluster.py start and export SLURM_CONF")
        folder = tempfile.TemporaryDirectory(dir=CLUSTER.link.resolve(), prefix="test-")  # goes with the cluster at the latest
        self.addCleanup(folder.cleanup)
        self.top = pathlib.Path(folder.name)
        for name in ["bin", "slurm"]:
            (self.top / name).mkdir()
        for name in ["jobs", "analysis"]:
            (self.top / name).symlink_to(SOURCE / name)
        for script in (SOURCE / "slurm").iterdir():
            (self.top / "slurm" / script.name).symlink_to(script)
        for program in PROGRAMS.glob("gdm-*"):
            (self.top / "bin" / program.name).symlink_to(program)
        if self.toys:
            (self.top / "bin" / "gdm-sweep").unlink()
            (self.top / "bin" / "gdm-sweep").symlink_to(TOYS / "toy-sweep")
            template = (SOURCE / "slurm/phase_diagram.sh").read_text()
            for name in ["toy_wait", "toy_throw"]:
                (self.top / "slurm" / f"{name}.sh").write_text(template.replace("phase_diagram", name))
        self.environment = {**CLUSTER.environment, "PATH": f"{self.top}/bin:{os.environ['PATH']}",
                            "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_hwloc_base_binding_policy": "none",
                            "OMPI_MCA_btl_vader_single_copy_mechanism": "none", "OMPI_MCA_mpi_yield_when_idle": "1"}
        if os.geteuid() == 0:
            self.environment |= {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
        if not cluster.own_host():
            # Nodes share one host name here: keep MPI from taking them for one machine.
            self.environment |= {"OMPI_MCA_btl": "self,tcp", "GDM_RANKS_PER_NODE": "2"}
        self.addCleanup(self.leave)

    def leave(self):
        """Shows the logs of a failed test, and cancels what it left in the queue."""
        failed = any(error for _, error in getattr(self._outcome, "errors", []))
        failed = failed or bool(self._outcome.result.failures or self._outcome.result.errors)
        if failed or "GDM_SHOW_LOGS" in os.environ:
            for log in sorted(self.top.glob("*.log")):
                print(f"---- {log.name}\n{log.read_text(errors='replace')}", file=sys.stderr)
        for job in self.queue():
            self.slurm("scancel", job)
        self.wait_for(lambda: not self.at_work(), "the end of all that works in the folder")

    def at_work(self):
        """Processes whose folder is that of the test: while there are any, they may still write in it."""
        found = []
        for link in pathlib.Path("/proc").glob("[0-9]*/cwd"):
            with contextlib.suppress(OSError):  # ended meanwhile, or somebody else's
                if pathlib.Path(os.readlink(link)).is_relative_to(self.top):
                    found.append(int(link.parts[2]))
        return found

    def close_gate(self, point=3):
        """For the environment of a job: its replicas from this point on wait until the gate is opened, so that it cannot end
        before what is to happen to it has happened."""
        return {"TOY_WAIT": f"{point} {self.top}/gate"}

    def open_gate(self):
        (self.top / "gate").touch()

    def slurm(self, *command, check=True, **environment):
        done = subprocess.run([str(word) for word in command], cwd=self.top, capture_output=True, text=True,
                              env={**self.environment, **environment})
        if check:
            self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def sbatch(self, *arguments, **environment):
        """The number of the submitted job."""
        return self.slurm("sbatch", "--parsable", *arguments, **environment).stdout.strip()

    def job(self, number):
        """What Slurm knows of a job, or of one task of an array, by name."""
        line = self.slurm("scontrol", "--oneliner", "show", "job", number).stdout
        return dict(re.findall(r"(\w+)=(\S*)", line))

    def queue(self):
        """All jobs of this test, over or not, that Slurm still lists: numbers as squeue writes them."""
        lines = self.slurm("squeue", "--noheader", "--format=%i %Z").stdout.split("\n")
        return [line.split()[0] for line in lines if line.endswith(str(self.top))]

    def wait_for(self, condition, what, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            value = condition()
            if value:
                return value
            time.sleep(0.1)
        self.fail(f"waited {seconds} s for: {what}")

    def ended(self, number, seconds=60):
        """The state in which a job has ended."""
        return self.wait_for(lambda: self.job(number)["JobState"] in OVER and self.job(number)["JobState"],
                             f"the end of job {number}", seconds)

    def all_ended(self, seconds=60):
        """Waits for the jobs that follow, too."""
        self.wait_for(lambda: not self.queue(), "an empty queue", seconds)

    def followers(self, log):
        """The numbers of the jobs that reduce and plot, by the log of the sweep; always the same ones."""
        found = set(re.findall(r"once it is complete, job (\d+) reduces it(?: and job (\d+) plots)?", log))
        self.assertEqual(len(found), 1, log)
        return [number for number in found.pop() if number]

    def log(self, name):
        path = self.top / name
        return path.read_text(errors="replace") if path.exists() else ""

    def replicas_done(self, sweep="results/toy_wait.h5"):
        if not (self.top / sweep).exists():
            return 0
        shown = self.slurm("gdm-status", sweep, check=False).stdout
        return int((re.findall(r"^replicas +(\d+)", shown, re.MULTILINE) or [0])[0])

    def in_the_middle(self, sweep="results/toy_wait.h5"):
        self.wait_for(lambda: self.replicas_done(sweep) > 0, f"the first replicas in {sweep}")

    def ranks(self, number):
        """The processes of gdm-sweep that belong to a job, by number."""
        found = []
        for process in CLUSTER.processes(f"SLURM_JOB_ID={number}"):
            with contextlib.suppress(OSError):  # ended meanwhile
                if pathlib.Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")[0].endswith(b"gdm-sweep"):
                    found.append(process)
        return found

    def toy_job(self, replicas, wait=0.25, name="toy_wait"):
        """A job of 4 points that takes `replicas` x `wait` s on 4 ranks."""
        (self.top / f"{name}.ini").write_text(f"experiment = toy_wait\nwait = {wait}\nreplicas = {replicas}\n")
        return f"{name}.ini"

    def uninterrupted(self, job, *arguments):
        """What the same job gives in one go, without Slurm: a function that waits for it."""
        command = ["mpirun", "-n", "16", "gdm-sweep", job, "--output", "reference.h5", "--quiet", *arguments]
        run = subprocess.Popen(command, cwd=self.top, env=self.environment, stderr=subprocess.DEVNULL)
        self.addCleanup(run.wait)
        self.addCleanup(run.kill)

        def wait():
            self.assertEqual(run.wait(timeout=100), 0)
            return content(self.top / "reference.h5")
        return wait

    def assert_same(self, sweep, reference):
        found = content(self.top / sweep)
        self.assertEqual(found.keys(), reference.keys())
        for name, data in reference.items():
            self.assertEqual(found[name], data, f"{sweep}: {name} differs from that of an uninterrupted run")
