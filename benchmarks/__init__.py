"""What is measured rather than tested: each module prints its numbers; none of them runs in the tests."""
