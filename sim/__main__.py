"""`python -m sim`: the command line without its script."""

from sim.commands.main import main

if __name__ == "__main__":
    main()
