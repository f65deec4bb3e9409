#!/usr/bin/env python3
"""A private Slurm on this machine for the tests: munged, slurmctld and one slurmd for each virtual node.

usage: cluster.py start|stop FOLDER [--stay]

The configuration is FOLDER/cluster/slurm.conf; all state lies in a new folder under /tmp (socket names must be short) to
which FOLDER/cluster points. `start` ends what an earlier run left behind, and the cluster ends with the process that started
it (ctest, a shell) unless --stay is given. Needs slurmctld, slurmd, munged and no rights: as another user than root, jobs
run as that user.
"""
import contextlib
import functools
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

#: Marks all processes of a cluster, daemons and jobs alike, so that they are found again whoever their parent is now.
MARK = "GDM_TEST_CLUSTER"
#: Marks a node's slurmd; what runs there knows its node as SLURMD_NODENAME.
NODE_MARK = "GDM_TEST_NODE"
CPUS = 4
NODES = [f"n{i}" for i in range(1, 8)]

#: Short times throughout (cred_expire: a requeued job waits as long as a credential lives), no cgroups, no accounting. Nodes
#: that tests kill are in a partition of their own. Memory is counted, but its size is invented: nothing is enforced.
CONF = """\
ClusterName=gdm
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
SlurmctldPort={port}
AuthType=auth/munge
AuthInfo=socket={state}/munge/sock,cred_expire=5
CredType=cred/munge
StateSaveLocation={state}/ctld
SlurmdSpoolDir={state}/%n
TmpFS={state}/%n
SlurmctldPidFile={state}/slurmctld.pid
SlurmdPidFile={state}/%n.pid
SlurmctldLogFile={state}/log/slurmctld.log
SlurmdLogFile={state}/log/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
DefMemPerCPU=512
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0,sched_interval=2,sched_min_interval=10000,bf_interval=2
ReturnToService=2
KillWait=5
MinJobAge=3600
PartitionName=main Nodes=n[1-4] Default=YES MaxTime=02:00:00 State=UP
PartitionName=fragile Nodes=n[5-7] MaxTime=02:00:00 State=UP
"""


class Trouble(Exception):
    """Said in one line."""


def program(name):
    """Daemons are in sbin, which is not on every user's PATH."""
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin:/usr/local/sbin")
    if not path:
        raise Trouble(f"no {name} here: apt-get install slurm-wlm munge, or configure with -DGDM_SLURM_TESTS=OFF")
    return path


def free_ports(count):
    """Below those that the system gives to outgoing connections at any moment."""
    ports = []
    for port in random.sample(range(20000, 32000), 1000):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            ports.append(port)
    return ports[:count]


@functools.cache
def own_host():
    """The command that gives a node a host name of its own, so that MPI takes nodes for different machines; empty where
    the system forbids it."""
    ways = [["unshare", "--uts"], ["unshare", "--user", "--map-current-user", "--keep-caps", "--uts"]]
    for way in ways:
        command = [*way, "sh", "-c", 'hostname "$1" && shift && exec "$@"', "sh"]
        if subprocess.run([*command, "n1", "true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0:
            return command
    return []


class Cluster:
    def __init__(self, folder):
        self.link = pathlib.Path(folder).resolve() / "cluster"
        self.conf = self.link / "slurm.conf"
        self.daemons = []
        self.environment = {**os.environ, "SLURM_CONF": str(self.conf), MARK: str(self.link)}

    def processes(self, mark=""):
        """Everything that belongs to this cluster except the caller; with a mark, what has that too in its environment."""
        wanted = {f"{MARK}={self.link}".encode(), mark.encode()} - {b""}
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            with contextlib.suppress(OSError):  # ended meanwhile, or another user's
                if wanted <= set((entry / "environ").read_bytes().split(b"\0")) or not mark and self.is_keeper(entry.name):
                    found.append(int(entry.name))
        return found

    def is_keeper(self, process, node="n"):
        """Whether this is a slurmstepd (of the node): it writes its title over its environment, but its log tells."""
        entry, log = pathlib.Path(f"/proc/{process}"), f"{self.link.resolve()}/log/{node}"
        with contextlib.suppress(OSError):
            return ((entry / "cmdline").read_bytes().startswith(b"slurmstepd")
                    and any(os.readlink(file).startswith(log) for file in (entry / "fd").iterdir()))
        return False

    def kill_node(self, node):
        """Its slurmd and everything that runs there, at once, as when the power fails."""
        # The keepers first: they would report the end of the others, which a node without power does not.
        keepers = [process for process in self.processes() if self.is_keeper(process, node)]
        for process in [*self.processes(f"{NODE_MARK}={node}"), *keepers, *self.processes(f"SLURMD_NODENAME={node}")]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def stop(self):
        for _ in range(100):
            left = self.processes()
            if not left:
                break
            for process in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            time.sleep(0.05)
        else:
            raise Trouble(f"these processes cannot be ended: {left}")
        if self.link.is_symlink():
            shutil.rmtree(self.link.resolve(), ignore_errors=True)
            self.link.unlink()

    def daemon(self, *command, **environment):
        self.daemons.append(subprocess.Popen([str(word) for word in command], env={**self.environment, **environment},
                                             cwd="/", start_new_session=True, stdin=subprocess.DEVNULL,
                                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    def start_node(self, node):
        self.daemon(*([*own_host(), node] if own_host() else []), program("slurmd"), "-D", "-N", node, "-f", self.conf,
                    **{NODE_MARK: node})

    def start(self):
        for name in ["munged", "slurmctld", "slurmd", "sbatch", "srun", "scontrol", "sinfo"]:
            program(name)
        for last in [False, False, True]:  # a port may be taken at this very moment
            try:
                self.stop()
                return self.start_once()
            except Trouble:
                if last:
                    raise

    def start_once(self):
        state = pathlib.Path(tempfile.mkdtemp(prefix="gdm-slurm-", dir="/tmp"))
        state.chmod(0o755)
        self.link.parent.mkdir(parents=True, exist_ok=True)
        self.link.symlink_to(state)
        for name in ["munge", "ctld", "log", *NODES]:
            (state / name).mkdir()
        key = state / "munge" / "key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o600)
        port, *ports = free_ports(1 + len(NODES))
        host = socket.gethostname().split(".")[0]
        user = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
        nodes = [f"NodeName={node} NodeHostname={node if own_host() else host} NodeAddr=127.0.0.1 Port={port} CPUs={CPUS} "
                 f"RealMemory=16000 State=UNKNOWN\n" for node, port in zip(NODES, ports)]
        # Partitions name nodes, so they come last.
        head, mark, tail = CONF.format(host=host, user=user, port=port, state=state).partition("PartitionName")
        (state / "slurm.conf").write_text(head + "".join(nodes) + mark + tail)
        self.daemon(program("munged"), "--foreground", "--force", "--num-threads=2", f"--key-file={key}",
                    f"--socket={state}/munge/sock", f"--pid-file={state}/munged.pid", f"--log-file={state}/log/munged.log",
                    f"--seed-file={state}/munge/seed")
        self.wait_for(lambda: (state / "munge" / "sock").exists(), "munged does not start")
        self.daemon(program("slurmctld"), "-D", "-f", self.conf)
        for node in NODES:
            self.start_node(node)
        self.wait_for(lambda: self.nodes_up() == len(NODES), "Slurm does not start")

    def nodes_up(self):
        answer = subprocess.run([program("sinfo"), "--noheader", "--Node", "--format=%N %t"], env=self.environment,
                                capture_output=True, text=True)
        return len({line.split()[0] for line in answer.stdout.splitlines() if line.split()[1] in ("idle", "mix", "alloc")})

    def wait_for(self, condition, trouble):
        for _ in range(150):
            if condition():
                return
            time.sleep(0.1)
        log = "".join(path.read_text(errors="replace") for path in sorted((self.link / "log").iterdir()))
        last = [line for line in log.splitlines() if "error" in line.lower() or "fatal" in line.lower()][-1:]
        self.stop()
        raise Trouble(f"{trouble}; its last error: {''.join(last) or 'none in its logs'}")

    def guard(self, process):
        """Ends the cluster when that process has ended."""
        self.daemon(sys.executable, __file__, "guard", self.link.parent, process)

    def stop_after(self, process):
        while pathlib.Path(f"/proc/{process}").exists():
            time.sleep(1)
        self.stop()


def main(arguments):
    if len(arguments) < 2 or arguments[0] not in ("start", "stop", "guard"):
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 2
    cluster = Cluster(arguments[1])
    try:
        if arguments[0] == "guard":
            cluster.stop_after(int(arguments[2]))
        elif arguments[0] == "stop":
            cluster.stop()
        else:
            cluster.start()
            if "--stay" not in arguments:
                cluster.guard(os.getppid())
            print(f"export SLURM_CONF={cluster.conf}" + ("" if own_host() else "   # nodes share one host name"))
    except Trouble as trouble:
        print(f"cluster.py: {trouble}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
