"""The pictures in the documentation, made anew: `python -m tests.browser.pictures docs/pictures`.

The tools in them are invented, and so are their records (`tests.site.issue`).
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from panel.judgement.publishing import LENIENT
from panel.site.build import build
from tests.site import issue
from tests.site.samples import Press

PAIR = "lantern-agent-vs-quarry-coder-2"
#: Name, page, width and height in pixels, and the colours.
PICTURES = (
    ("home", "index.html", 1440, 1000, "light"),
    ("comparison", f"comparisons/{PAIR}.html", 1440, 1000, "light"),
    ("tool-dark", "tools/lantern-agent.html", 1440, 1000, "dark"),
    ("reviewer-phone", "reviewers/skeptic.html", 390, 844, "light"),
)


def main(folder: Path) -> None:
    """Build the site of the tests, and take a picture of the top of each page."""
    with tempfile.TemporaryDirectory() as root, sync_playwright() as playwright:
        press = Press(Path(root), 'url = "https://panel.example"')
        issue.plain(press)
        for name in (*press.desk.unpublished(), PAIR):
            press.desk.publish(name, LENIENT)
        build(press.library(), press.root / "site")
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, path, width, height, colours in PICTURES:
            page = chromium.new_page(
                viewport={"width": width, "height": height},
                color_scheme="dark" if colours == "dark" else "light",
                device_scale_factor=1 if width > 1000 else 2,
            )
            page.goto((press.root / "site" / path).as_uri())
            image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            image.quantize(64, dither=Image.Dither.NONE).save(folder / f"{name}.png", optimize=True)
            page.close()
        chromium.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
