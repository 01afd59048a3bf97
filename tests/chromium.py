"""Where Chromium or Chrome is on this computer."""

import os
import shutil
from pathlib import Path

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
)
NO_BROWSER = "no Chromium or Chrome found (CRM_CHROMIUM may name one)"


def find_chromium() -> str | None:
    """Return the path of the first Chromium or Chrome found, None if there is none."""
    named = os.environ.get("CRM_CHROMIUM")
    if named:
        return shutil.which(named)
    installed = filter(None, map(shutil.which, PROGRAMS))
    return next(installed, None) or next((place for place in PLACES if Path(place).is_file()), None)
