"""What the scripts of this folder share: each is the command of its name in the package `gdmsweep` beside them."""
import importlib
import sys


def run(name):
    """Runs gdmsweep.commands.NAME and exits with its code; says in one line which library is missing."""
    try:
        module = importlib.import_module(f"gdmsweep.commands.{name}")
    except ImportError as error:
        package = str(error.name).partition(".")[0].lower()
        sys.exit(f"{name}.py: {error.name} is missing for {sys.executable} (Debian: apt install python3-{package}; "
                 "then run it with /usr/bin/python3)")
    sys.exit(module.main())
