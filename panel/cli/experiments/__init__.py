"""`panel persona try|diff|ab|regress|watch`: what an edited persona changed, one file per subcommand."""
