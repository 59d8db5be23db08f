"""The command line as a process: `python -m sim`, and the script `throughgate`."""

import os
import sys


def main() -> None:
    """Carry out a command and leave with its exit code; an interrupt while it is being loaded is one line too."""
    try:
        from sim.commands.interrupts import end_with, listen_early

        listen_early()
        from sim.commands.main import main as carry_out
    except KeyboardInterrupt:  # before anybody listened
        try:
            os.write(2, b"throughgate: interrupted\n")
        finally:
            os._exit(130)
    try:
        carry_out()
    except SystemExit as ended:
        end_with(ended.code if isinstance(ended.code, int) else 0)
        raise
    sys.exit()


if __name__ == "__main__":
    main()
