// Finding words in an essay: case and accents do not matter, and a match is always whole characters as a
// reader sees them, so that an emoji or a letter with its accent is never marked by half.

import { iconButton, make, phrase, texts } from "./elements.js";

const PLAIN = { "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "´": "'", "`": "'", ʼ: "'" };
for (const mark of "“”„‟″«»") PLAIN[mark] = '"';
for (const dash of "‐‑‒–—―−") PLAIN[dash] = "-";
const LETTERS = { ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", æ: "ae", œ: "oe" };
const MARGIN = 8; // pixels: what is as near to an edge as this does not count as seen
const MAX_PAINTED = 1000; // matches that are painted, around the current one; the browser slows down beyond

/** `text` as it is compared: lower case, without accents and invisible signs, with plain quotes and dashes. */
export const fold = (text) =>
  text
    .replace(/[‘’‚‛′´`ʼ“”„‟″«»‐‑‒–—―−]/g, (sign) => PLAIN[sign])
    .toUpperCase() // so that ß becomes ss
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[\p{Mn}\p{Cf}]/gu, "")
    .replace(/[øłđðþæœ]/g, (letter) => LETTERS[letter])
    .replace(/\s+/g, " ");

const segmenter = Intl.Segmenter && new Intl.Segmenter("nl", { granularity: "grapheme" });
const characters = (text) =>
  segmenter ? segmenter.segment(text) : text.matchAll(/\P{M}\p{M}*|\p{M}/gu).map(([segment]) => ({ segment }));

/** `text` folded, with the place in `text` of the character that each unit came from. */
const foldWithPlaces = (text) => {
  if (/^[\x20-\x5f\x61-\x7e]*$/.test(text) && !text.includes("  ")) return { folded: text.toLowerCase() };
  let folded = "";
  const starts = [];
  const ends = [];
  let at = 0;
  for (const { segment } of characters(text)) {
    const units = fold(segment);
    if (units !== " " || !folded.endsWith(" ")) {
      folded += units;
      for (let unit = 0; unit < units.length; unit++) {
        starts.push(at);
        ends.push(at + segment.length);
      }
    }
    at += segment.length;
  }
  return { folded, starts, ends };
};

/** Where `query`, folded, stands in what `foldWithPlaces` gave: pairs [start, end] into the text itself. */
const placesOf = ({ folded, starts, ends }, query) => {
  const found = [];
  for (let at = folded.indexOf(query); at >= 0; at = folded.indexOf(query, at + query.length)) {
    const last = at + query.length - 1;
    found.push(starts ? [starts[at], ends[last]] : [at, last + 1]);
  }
  return found;
};

/** The same characters of `element` as a range, whatever marks they stand in. */
const rangeOf = (element, [start, end]) => {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  let before = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const after = before + node.length;
    if (start >= before && start < after) range.setStart(node, start - before);
    if (end > before && end <= after) {
      range.setEnd(node, end - before);
      break;
    }
    before = after;
  }
  return range;
};

/** The find field for the text in `body`; `announce` tells a screen reader. */
export const makeFind = (body, announce) => {
  const row = make("div", "find");
  row.setAttribute("role", "search");
  const field = make("input");
  field.type = "search";
  field.placeholder = texts.findShort;
  field.maxLength = 200;
  field.autocomplete = "off";
  field.spellcheck = false;
  field.enterKeyHint = "search";
  field.setAttribute("aria-label", texts.find);
  field.setAttribute("aria-keyshortcuts", "/");
  const count = make("span", "count");
  const up = iconButton("up", "up", texts.findPrevious, "Shift+Enter");
  const down = iconButton("down", "down", texts.findNext, "Enter");
  const wipe = iconButton("wipe", "clear", texts.findClear, "Escape");
  row.append(field, count, up, down, wipe);

  let blocks = null; // the text of each block, folded; made at the first search
  let found = []; // { element, place }, in reading order
  let current = -1;
  let timer = 0;
  let marked = null; // the block of the current match, for a browser that cannot paint ranges

  const index = () => {
    blocks ??= [...body.querySelectorAll("[data-block]")].map((element) => ({
      element,
      ...foldWithPlaces(element.textContent),
    }));
    return blocks;
  };

  const paint = () => {
    marked?.classList.remove("found");
    marked = null;
    if (!globalThis.Highlight) {
      marked = found[current]?.element ?? null;
      marked?.classList.add("found");
      return;
    }
    for (const name of ["found", "found-here"]) CSS.highlights.delete(name);
    if (current < 0) return;
    const first = Math.max(0, current - MAX_PAINTED / 2);
    const others = new Highlight();
    found.slice(first, first + MAX_PAINTED).forEach(({ element, place }, offset) => {
      if (first + offset !== current) others.add(rangeOf(element, place));
    });
    const here = new Highlight(rangeOf(found[current].element, found[current].place));
    here.priority = 1;
    CSS.highlights.set("found", others);
    CSS.highlights.set("found-here", here);
  };

  const describe = (isTold) => {
    const isFinding = field.value.trim() !== "";
    row.parentElement.classList.toggle("finding", isFinding);
    const numbers = { number: current + 1, total: found.length };
    count.textContent = isFinding ? (found.length ? phrase(texts.findCount, numbers) : texts.findNone) : "";
    for (const button of [up, down]) button.setAttribute("aria-disabled", String(found.length < 2));
    clearTimeout(timer);
    if (isTold && isFinding) timer = setTimeout(() => announce(count.textContent), 500);
  };

  const show = () => {
    const { element, place } = found[current];
    const box = rangeOf(element, place).getBoundingClientRect();
    const around = body.getBoundingClientRect();
    const isSeen = box.top >= around.top + MARGIN && box.bottom <= around.bottom - MARGIN;
    if (!isSeen) body.scrollTop += box.top - around.top - body.clientHeight / 3;
  };

  /** The first match that is not above what is on the screen. */
  const nearest = () => {
    const top = body.getBoundingClientRect().top + MARGIN;
    let [low, high] = [0, found.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const { element, place } = found[middle];
      if (rangeOf(element, place).getBoundingClientRect().top < top) low = middle + 1;
      else high = middle;
    }
    return low < found.length ? low : 0;
  };

  const look = () => {
    const query = fold(field.value).trim();
    if (!query) return [];
    return index().flatMap((block) => placesOf(block, query).map((place) => ({ element: block.element, place })));
  };

  const search = () => {
    found = look();
    current = found.length ? nearest() : -1;
    paint();
    if (current >= 0) show();
    describe(true);
  };

  const step = (by) => {
    if (!found.length) return;
    current = (current + by + found.length) % found.length;
    paint();
    show();
    describe(true);
  };

  const clear = () => {
    field.value = "";
    search();
  };

  field.addEventListener("input", search);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    step(event.shiftKey ? -1 : 1);
  });
  up.addEventListener("click", () => step(-1));
  down.addEventListener("click", () => step(1));
  wipe.addEventListener("click", () => {
    clear();
    field.focus();
  });

  return {
    row,
    field,
    clear,
    /** Whether there is something to clear. */
    isActive: () => field.value !== "",
    /** The marks of the essay were drawn anew: the same words, in other elements. */
    repaint: paint,
    /** Another essay is shown: look for the same words in it, without moving. */
    renew: () => {
      blocks = null;
      found = look();
      current = found.length ? 0 : -1;
      paint();
      describe(false);
    },
  };
};
