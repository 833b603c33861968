"""The sites that may show the chat: what an owner may write, and what browsers are then told."""

from __future__ import annotations

import pytest

from assistant.errors import SettingsError
from assistant.settings import Settings
from assistant.sites import allowed_sites


@pytest.mark.parametrize(
    ("given", "sites"),
    [
        ("", ()),
        (" , ", ()),
        ("https://moodle.school.nl", ("https://moodle.school.nl",)),
        ("https://moodle.school.nl/", ("https://moodle.school.nl",)),
        ("HTTPS://Moodle.School.NL", ("https://moodle.school.nl",)),
        ("https://moodle.school.nl:443 http://a.nl:80", ("https://moodle.school.nl", "http://a.nl")),
        ("http://localhost:8000,http://127.0.0.1:08000", ("http://localhost:8000", "http://127.0.0.1:8000")),
        ("https://b.nl\n\thttps://a.nl,  https://b.nl/", ("https://b.nl", "https://a.nl")),
        ("https://xn--caf-dma.nl", ("https://xn--caf-dma.nl",)),
    ],
)
def test_sites_become_origins(given: str, sites: tuple[str, ...]) -> None:
    """Sites come out as a browser writes an origin, each once and in the order given."""
    assert allowed_sites(given) == sites
    assert allowed_sites(" ".join(sites)) == sites


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ("moodle.school.nl", "with https://"),
        ("*", "each site by itself"),
        ("https://*.school.nl", "each site by itself"),
        ("https://moodle.school.nl/course/view.php?id=3", "only https://moodle.school.nl, without the page"),
        ("https://moodle.school.nl//", "only https://moodle.school.nl, without the page"),
        ("https://café.nl", "xn--"),
        ("https://a.nl; script-src *", "'https://a.nl;'"),
        ("https://a.nl;", ""),
        ("'self'", ""),
        ("null", ""),
        ("data:", ""),
        ("javascript://a", ""),
        ("https://", ""),
        ("https://a.nl:99999", ""),
        ("https://a.nl:", ""),
        ("https://user@a.nl", ""),
        ("https://a..nl", ""),
        ("https://[::1]", ""),
        ("https://a.nl https://b_c.nl", "'https://b_c.nl'"),
        ("https://a.nl\x00", ""),
        ("https://\u0661.nl", "xn--"),
    ],
)
def test_anything_else_is_one_clear_line(given: str, hint: str) -> None:
    """What is no site, a page or many sites is refused when the settings are read, in one line that says which."""
    with pytest.raises(SettingsError) as error:
        Settings.from_environment({"ASSISTANT_SITES": given})
    said = str(error.value)
    assert said.startswith("ASSISTANT_SITES names ")
    assert hint in said
    assert "\n" not in said
    assert said.endswith("Correct it or unset it.")
