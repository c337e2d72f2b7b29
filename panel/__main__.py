"""`python -m panel`: the same program, where no console command is installed."""

from panel.cli import main

main()
