"""Which other sites may show the chat in a frame and read the HTTP interface, as browsers name them."""

from __future__ import annotations

import re

from assistant.errors import SettingsError

# A scheme, a name and perhaps a port: what a browser sends as Origin and takes as a source in a policy.
_SITE = re.compile(r"(https?)://([a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::(\d{1,5}))?", re.ASCII)
_USUAL_PORTS = {"http": "80", "https": "443"}


def allowed_sites(given: str) -> tuple[str, ...]:
    """The sites of the setting `sites` as origins, each once and in the order given.

    They are separated by spaces or commas. A slash at the end, capitals and a scheme's usual port make no
    difference: browsers leave them out.

    >>> allowed_sites("https://Moodle.School.nl/, http://localhost:8000")
    ('https://moodle.school.nl', 'http://localhost:8000')

    Raises:
        SettingsError: one is no site, is a page of a site, or stands for many sites.
    """
    return tuple(dict.fromkeys(map(_origin, given.replace(",", " ").split())))


def _origin(site: str) -> str:
    found = _SITE.fullmatch(site.lower().removesuffix("/"))
    if found is None or int(found[3] or 0) > 65_535:
        raise SettingsError(
            f"ASSISTANT_SITES names {site!r}, but the address of a site was expected, such as "
            f"https://moodle.school.nl{_hint(site)}. Correct it or unset it."
        )
    scheme, name, port = found.groups()
    return f"{scheme}://{name}" + (f":{int(port)}" if port and port != _USUAL_PORTS[scheme] else "")


def _hint(site: str) -> str:
    """What is probably wrong with `site`, as the end of a sentence."""
    if "*" in site:
        return ": each site by itself, without *"
    if not site.isascii():
        return ": a name with other letters in its xn-- form"
    if begin := re.match(r"https?://[^/]+(?=/)", site):
        return f": only {begin[0]}, without the page"
    return ", with https:// and without a page" if "://" not in site else ""
