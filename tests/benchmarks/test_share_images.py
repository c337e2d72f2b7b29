"""The benchmark of share images runs, and measures what it says."""

from benchmarks import share_images


def test_it_prints_a_time_for_each_way(capsys, monkeypatch):
    monkeypatch.setattr(share_images, "_PICTURES", 2)
    share_images.main()
    said = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0].split()[0] for line in said] == ["drawn", "written", "PNG", "PNG", "PNG"]
    assert all(" ms" in line for line in said[:3])
