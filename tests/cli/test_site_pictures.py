"""`panel site build` says what it cannot draw."""

from panel.site.pictures import raster


def rehearsed(panel):
    for verb in ("review", "compare"):
        assert panel(verb, "codestral-2-0", "cursor-background-agent", "--provider", "offline").code == 0


def test_with_the_means_to_draw_nothing_is_said(panel, workspace):
    rehearsed(panel)
    ended = panel("site", "build", "--allow-offline")
    assert "no picture" not in ended.err
    assert (workspace / "site/share/codestral-2-0-vs-cursor-background-agent.png").exists()


def test_without_them_the_extra_is_named(panel, workspace, monkeypatch):
    monkeypatch.setattr(raster, "engine", lambda: None)
    rehearsed(panel)
    ended = panel("site", "build", "--allow-offline")
    assert "links to comparisons show no picture: pip install 'shipskip[site]'" in ended.err
    assert not list((workspace / "site/share").glob("*.png"))
    assert list((workspace / "site/share").glob("*.svg"))
