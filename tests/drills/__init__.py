"""Drills: real processes, killed, doubled, starved of money, disk and luck; then what is left is counted.

Each is a program (`python -m tests.drills.crash --help`) that prints its numbers in plain lines and exits 0
when it passed, 1 when something was lost or paid twice, 2 when it proved nothing. The tests beside them run
the same programs with small numbers.
"""
