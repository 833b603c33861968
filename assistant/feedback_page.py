"""The report as one page of HTML with its pictures in it: it asks nothing of any other file or host."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from assistant.feedback_report import KINDS, Essay, Report
from assistant.rendering import tidy

_STYLE = """
:root { color-scheme: light dark; --ink: #1c1c1c; --paper: #fff; --soft: #5a5a5a; --line: #d5d5d5;
  --yes: #1d5fa8; --no: #b35c00; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececec; --paper: #171717; --soft: #b4b4b4; --line: #444;
  --yes: #7db4f0; --no: #f0a860; } }
body { font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 2rem auto;
  max-width: 60rem; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin-bottom: 0; } h2 { font-size: 1.2rem; margin-top: 2.5rem; }
p.about { color: var(--soft); margin-top: .2rem; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .35rem .8rem .35rem 0; border-bottom: 1px solid var(--line);
  overflow-wrap: break-word; min-width: 5rem; max-width: 24rem; }
th { color: var(--soft); font-weight: 600; } .number { text-align: right; white-space: nowrap; min-width: 3rem; }
td.day { white-space: nowrap; }
svg { width: 100%; min-width: 36rem; height: auto; display: block; font: 13px system-ui, sans-serif; }
svg text { fill: var(--ink); }
svg .soft { fill: var(--soft); } svg .axis { stroke: var(--line); } .yes { fill: var(--yes); } .no { fill: var(--no); }
.legend span { display: inline-block; margin-right: 1.5rem; } .legend i { display: inline-block; width: .8em;
  height: .8em; margin-right: .4em; } .legend .yes { background: var(--yes); } .legend .no { background: var(--no); }
figure { margin: 1rem 0; } figcaption { color: var(--soft); }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_WIDTH = 800  # of a picture, in its own units; the page scales it
_MAX_DAYS = 400  # more bars than units would not be seen


def report_page(found: Report) -> str:
    """The whole page. What strangers wrote stands in it as text."""
    first, last = (found.days[0].day, found.days[-1].day) if found.days else ("", "")
    span = f"{found.asked} vragen van {first} tot en met {last}." if found.days else "Er is nog niets gevraagd."
    refused = sum(day.refused for day in found.days)
    share = f" Op {found.asked - refused} kwam een antwoord uit de essays, op {refused} niet." if found.asked else ""
    kinds = _table(("Soort antwoord", "#Vragen"), [(KINDS.get(kind, kind), times) for kind, times in found.kinds])
    in_vain = _table(
        ("Vraag", ".Waarom niet", ".Laatst gesteld", "#Keer"),
        [(one.question, KINDS.get(one.kind, one.kind), one.last_day, one.times) for one in found.in_vain],
    )
    posts = _table(
        ("Essay", "Post", "#Antwoorden"),
        [(essay.source, title, times) for essay in found.essays for title, times in essay.titles],
    )
    thumbs = _table(
        (".Duim", ".Dag", "Vraag", ".Antwoord", "Reden", "Aangehaald"),
        [
            (
                "omlaag" if one.thumb == "down" else "omhoog",
                one.day,
                tidy(one.question),
                KINDS.get(one.answer_kind, one.answer_kind),
                tidy(one.reason),
                " · ".join(f"{cited.source} {cited.start}-{cited.end}" for cited in one.citations),
            )
            for one in found.thumbs
        ],
    )
    return f"""<!DOCTYPE html>
<html lang="nl">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Wat er aan de essays gevraagd wordt</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1>Wat er aan de essays gevraagd wordt</h1>
<p class="about">{escape(span + share)}</p>
{_days(found)}
{kinds}
<h2>Vragen zonder antwoord</h2>
{in_vain}
<h2>Essays waar naar gevraagd wordt</h2>
{_essays(found.essays)}
{posts}
<h2>Duimen</h2>
{_thumbs(found.essays)}
{thumbs}
</main>
</body>
</html>
"""


def _days(found: Report) -> str:
    """A bar for each day on which something was asked: below what was answered, on top what was not."""
    days = found.days[-_MAX_DAYS:]
    if not days:
        return ""
    most, height = max(day.answered + day.refused for day in days), 180
    step = min(40.0, (_WIDTH - 60) / len(days))
    bars = []
    for number, day in enumerate(days):
        yes, no = height * day.answered / most, height * day.refused / most
        place = f'x="{50 + number * step:.1f}" width="{max(step - 2, 0.8):.1f}"'
        name = f"<title>{day.day}: {day.answered} beantwoord, {day.refused} niet</title>"
        bars.append(f'<rect class="yes" {place} y="{20 + height - yes:.1f}" height="{yes:.1f}">{name}</rect>')
        bars.append(f'<rect class="no" {place} y="{20 + height - yes - no:.1f}" height="{no:.1f}">{name}</rect>')
    end = 50 + step * len(days)
    under = f'<text class="soft" x="50" y="{height + 40}">{days[0].day}</text>'
    if len(days) > 1 and end > 220:
        under += f'<text class="soft" x="{end:.0f}" y="{height + 40}" text-anchor="end">{days[-1].day}</text>'
    axis = f'<line class="axis" x1="50" x2="{_WIDTH}" y1="{height + 20}" y2="{height + 20}"/>'
    scale = f'<text class="soft" x="42" y="30" text-anchor="end">{most}</text>'
    zero = f'<text class="soft" x="42" y="{height + 20}" text-anchor="end">0</text>'
    legend = _legend("beantwoord uit de essays", "niet beantwoord")
    return _figure("Vragen per dag", height + 50, "".join([axis, scale, zero, *bars, under]), legend)


def _essays(essays: Sequence[Essay]) -> str:
    """A bar for each essay: how many answers cite it."""
    shown = [(essay.source, essay.times, 0) for essay in essays if essay.times]
    return _bars("Antwoorden waarin een essay wordt aangehaald", shown, "")


def _thumbs(essays: Sequence[Essay]) -> str:
    """A bar for each essay: the thumbs of the answers that cite it."""
    shown = [(essay.source, essay.up, essay.down) for essay in essays if essay.up or essay.down]
    return _bars("Duimen bij antwoorden uit een essay", shown, _legend("omhoog", "omlaag"))


def _bars(title: str, rows: Sequence[tuple[str, int, int]], legend: str) -> str:
    if not rows:
        return ""
    most = max(yes + no for _, yes, no in rows)
    parts = []
    for number, (name, yes, no) in enumerate(rows):
        top, room = 4 + number * 30, _WIDTH - 330
        first, second = room * yes / most, room * no / most
        count = f"{yes} / {no}" if legend else str(yes)
        parts.append(
            f'<text x="262" y="{top + 16}" text-anchor="end">{escape(_short(name))}</text>'
            f'<rect class="yes" x="270" y="{top}" width="{first:.1f}" height="22"/>'
            f'<rect class="no" x="{270 + first:.1f}" y="{top}" width="{second:.1f}" height="22"/>'
            f'<text class="soft" x="{276 + first + second:.1f}" y="{top + 16}">{count}</text>'
        )
    return _figure(title, 8 + 30 * len(rows), "".join(parts), legend)


def _figure(title: str, height: int, drawing: str, legend: str) -> str:
    name = escape(title)
    return (
        f'<figure><figcaption>{name}</figcaption><div class="scroll" tabindex="0"><svg role="img" aria-label="{name}" '
        f'viewBox="0 0 {_WIDTH} {height}">{drawing}</svg></div>{legend}</figure>'
    )


def _legend(yes: str, no: str) -> str:
    return f'<p class="legend"><span><i class="yes"></i>{yes}</span><span><i class="no"></i>{no}</span></p>'


def _short(name: str, length: int = 36) -> str:
    return name if len(name) <= length else name[: length - 1] + "…"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; a column whose name begins with # holds numbers, with a full stop words that stay on one line."""
    classes = [{"#": ' class="number"', ".": ' class="day"'}.get(name[0], "") for name in head]
    names = "".join(
        f'<th scope="col"{kind}>{escape(name.lstrip("#."))}</th>' for name, kind in zip(head, classes, strict=True)
    )
    cells = [[f"<td{kind}>{escape(str(cell))}</td>" for cell, kind in zip(row, classes, strict=True)] for row in rows]
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in cells)
    if not body:
        return "<p>Geen.</p>"
    return f'<div class="scroll" tabindex="0"><table><thead><tr>{names}</tr></thead><tbody>{body}</tbody></table></div>'
