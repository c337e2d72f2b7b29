"""The site as its readers meet it: in Chromium, served by `panel serve`, made from a stand-in's verdicts."""
