// What the essay panel shows: the essay of a place, where that place is, and what is wrong where there is none.

import { isSame, linkTo } from "./address.js";
import { make, phrase, texts } from "./elements.js";
import { drawEssay, fetchEssay } from "./essay.js";

const MAY_HELP_AGAIN = ["failed", "essayBusy"]; // problems that trying again can mend

/** What fills `frame`: `show` a place among the citations of its answer, `showPlace`, `stop`. */
export const makeReader = ({ panel, body, column, find, announce, ...parts }) => {
  let drawn = null; // the essay on the screen: { key, view, essay, problem }
  let marks = []; // the elements that the current place is made of
  let check = ""; // of the current place, for a link to it
  let request = 0; // number of the latest request: an older answer that comes late is dropped

  // Where the essay was published. Whatever a file says of itself, nothing but a page of the web is opened.
  const linkOf = (url) => {
    if (!/^https?:\/\//i.test(url ?? "") || !URL.canParse(url)) return null;
    const address = new URL(url);
    const link = make("a", "published", address.hostname.replace(/^www\./, ""));
    link.href = address.href;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    link.title = address.href;
    return link;
  };

  const name = (current, view, place) => {
    const path = place?.headings.join(" › ") ?? "";
    const span = place && { first: place.first_line, last: place.last_line };
    const lines = span?.first ? phrase(span.first === span.last ? texts.line : texts.lines, span) : "";
    const page = place?.page ? phrase(texts.page, { page: place.page }) : "";
    const where = [view.source, page, lines].filter(Boolean).join(", ");
    const facts = [place?.post && view.title, view.author, view.publisher, view.year, linkOf(view.url), where].filter(Boolean);
    for (const element of [parts.title, parts.path, column]) element.lang = view.language ?? texts.language;
    parts.title.textContent = place?.post || view.title;
    parts.path.textContent = path;
    parts.path.hidden = !path;
    parts.origin.replaceChildren(...facts.flatMap((fact, index) => [
      index ? " · " : "",
      fact instanceof Element ? fact : make("span", "", `${fact}`),
    ]));
    check = place?.check ?? "";
    parts.address.textContent = view.source ? linkTo(current, check) : "";
    return [parts.title.textContent, path, page, lines];
  };

  const number = (current, citations) => {
    const at = citations.findIndex(({ place }) => isSame(place, current));
    const isOneOfMany = at >= 0 && citations.length > 1;
    const numbers = { number: citations[at]?.number, total: citations.length };
    parts.steps.hidden = !isOneOfMany && !marks.length;
    parts.back.hidden = parts.on.hidden = !isOneOfMany;
    parts.back.setAttribute("aria-disabled", String(at <= 0));
    parts.on.setAttribute("aria-disabled", String(at === citations.length - 1));
    parts.here.textContent = isOneOfMany ? phrase(texts.sourceCount, numbers) : texts.toPlace;
    parts.here.title = texts.toPlace;
    if (isOneOfMany) parts.here.setAttribute("aria-label", phrase(texts.sourceCountName, numbers));
    else parts.here.removeAttribute("aria-label");
    return isOneOfMany ? phrase(texts.sourceSaid, numbers) : "";
  };

  /** Scroll to the current place: a third of the way down, or higher where it is long. */
  const showPlace = () => {
    if (!marks.length) {
      body.scrollTop = 0;
      return;
    }
    const around = body.getBoundingClientRect();
    const top = marks[0].getBoundingClientRect().top;
    const height = marks.at(-1).getBoundingClientRect().bottom - top;
    const above = Math.max(24, Math.min(body.clientHeight / 3, body.clientHeight - height - 24));
    body.scrollTop += top - around.top - above;
  };

  /** One line that says what is wrong, and a button where trying again can help. */
  const complain = (problem, again) => {
    const line = make("p", "message", texts[problem]);
    line.setAttribute("role", "alert");
    if (!again) return [line];
    const button = make("button", "again", texts.again);
    button.type = "button";
    button.addEventListener("click", () => {
      panel.focus({ preventScroll: true });
      again();
    });
    return [line, button];
  };

  const empty = (current, citations, ...content) => {
    drawn = null;
    marks = [];
    name(current, { title: texts.essay, source: current.source ?? "" });
    number(current, citations);
    column.replaceChildren(...content);
    find.renew();
  };

  const giveUp = (current, citations, problem, again) => {
    empty(current, citations, ...complain(problem, again));
    if (parts.tools.contains(document.activeElement)) panel.focus({ preventScroll: true });
    parts.tools.hidden = !again && citations.length < 2; // nothing to find or to link to, but perhaps a next one
  };

  /** Whether the essay with `places` marked, the current one first, is on the screen. */
  const fetchAndDraw = async (current, citations, places, again) => {
    const mine = ++request;
    const key = [current.source, ...places.map(({ start, end }) => `${start}-${end}`).sort()].join("\n");
    if (drawn?.key === key) return true;
    panel.setAttribute("aria-busy", "true");
    empty(current, citations, make("p", "message waiting", texts.loading));
    let { view, problem = "" } = await fetchEssay(current.source, places);
    if (problem === "noPlace") ({ view } = await fetchEssay(current.source, [])); // the essay itself is there
    if (mine !== request) return false;
    panel.removeAttribute("aria-busy");
    if (!view) {
      giveUp(current, citations, problem, MAY_HELP_AGAIN.includes(problem) && again);
      return false;
    }
    parts.tools.hidden = false;
    drawn = { key, view, essay: drawEssay(view), problem };
    column.replaceChildren(...drawn.essay.elements);
    find.renew();
    return true;
  };

  const show = async (current, citations) => {
    const wasInText = column.contains(document.activeElement); // whose elements are made anew
    if (wasInText) panel.focus({ preventScroll: true });
    if (current.broken) {
      stop();
      giveUp(current, citations, "broken");
      return;
    }
    const here = citations.map(({ place }) => place).filter(({ source }) => source === current.source);
    const others = here.filter((place) => !isSame(place, current));
    const places = current.end ? [current, ...others] : [];
    if (!(await fetchAndDraw(current, citations, places, () => show(current, citations)))) return;
    const { view, essay } = drawn;
    const spots = view.places.map(({ start, end }) => ({ source: current.source, start, end }));
    const at = spots.findIndex((spot) => isSame(spot, current));
    const isEdited = Boolean(current.check && at >= 0 && view.places[at].check !== current.check);
    marks = essay.select(
      isEdited ? 0 : at + 1,
      spots.map((spot) => citations.find(({ place }) => isSame(place, spot))?.number),
    );
    find.repaint();
    const problem = isEdited ? "edited" : drawn.problem || (places.length && !marks.length ? "noPlace" : "");
    column.querySelector(".message")?.remove();
    if (problem) column.prepend(...complain(problem));
    const names = name(current, view, marks.length ? view.places[at] : undefined);
    const count = number(current, citations);
    if (wasInText) goToPlace();
    else showPlace();
    if (marks.length) announce([count, ...names].filter(Boolean).join(", "));
  };

  /** Drop what is still on its way. */
  const stop = () => {
    request++;
    panel.removeAttribute("aria-busy");
  };

  /** Scroll to the current place and put the keyboard, and a screen reader, there. */
  const goToPlace = () => {
    showPlace();
    if (!marks.length) return;
    marks[0].tabIndex = -1;
    marks[0].focus({ preventScroll: true });
  };

  return { show, goToPlace, stop, link: (current) => linkTo(current, check) };
};
