"""The rules, one file each: `check(draft)` yields what is to be changed. A rule is found by its file name."""
