"""One file per form of launch list; the file's name is the form's name."""
