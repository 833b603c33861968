// An essay out of the server's JSON: fetched, drawn, and one of its cited places marked as the current one.

import { make, phrase, texts } from "./elements.js";

const address = (source, query) => {
  const file = source.split("/").map(encodeURIComponent).join("/"); // some proxies refuse an encoded slash
  return new URL(`api/sources/${file}?${query}`, document.baseURI);
};

/** The essay with `places` marked, as { view }, or the name of the text that says why not, as { problem }. */
export const fetchEssay = async (source, places) => {
  const query = new URLSearchParams();
  places.forEach(({ start, end }, index) => {
    if (index) query.append("also", `${start}-${end}`);
    else for (const [name, value] of [["start", start], ["end", end]]) query.append(name, value);
  });
  try {
    const response = await fetch(address(source, query));
    if (response.ok) return { view: await response.json() };
    if (response.status === 404) return { problem: "unknown" };
    if (response.status === 429) return { problem: "essayBusy" };
    return { problem: response.status < 500 ? "noPlace" : "failed" };
  } catch {
    return { problem: "failed" };
  }
};

/** The elements of an essay, and `select`, which marks one of its places strongly and the others lightly. */
export const drawEssay = (view) => {
  const cited = []; // the runs of characters that lie in a place: { spans, element }

  // Its words come from the style sheet, so that they are no words of the essay: not found, not copied.
  const beginOf = (page, isWithin) => {
    const begin = make("span", isWithin ? "page-begin within" : "page-begin");
    begin.dataset.page = phrase(texts.page, { page });
    begin.setAttribute("role", "separator");
    begin.setAttribute("aria-label", begin.dataset.page);
    return begin;
  };

  const fill = (element, segments, line) => {
    element.dataset.block = "";
    if (line) element.dataset.line = line;
    for (const { text, spans, page } of segments) {
      if (page) element.append(beginOf(page, element.hasChildNodes()));
      if (!spans.length) {
        element.append(text);
        continue;
      }
      const part = make("span", "cited", text);
      cited.push({ spans, element: part });
      element.append(part);
    }
    return element;
  };

  const draw = (block) => {
    if (block.kind === "list") {
      const list = make("ul", block.counted ? "counted" : "");
      list.append(...block.items.map((segments, index) => fill(make("li"), segments, block.lines[index])));
      return list;
    }
    const heading = block.level > 1 ? "h5" : "h4";
    const tag = { title: "h3", post: "h3", heading, paragraph: "p" }[block.kind];
    return fill(make(tag, block.kind), block.segments, block.lines[0]);
  };

  const elements = view.blocks.map(draw);

  /** Mark place `number` (from 1; 0 marks nothing at all). `names` gives the citation's number of each place, by index. */
  const select = (number, names) => {
    const numbered = new Set();
    const marks = [];
    for (const part of cited) {
      const isCurrent = part.spans.includes(number);
      const element = make(isCurrent ? "mark" : "span", isCurrent || !number ? "" : "cited", part.element.textContent);
      // a run in two places shows the number of the current one, and counts for it
      const span = isCurrent ? number : part.spans[0];
      if (names[span - 1]) {
        element.dataset.source = names[span - 1];
        if (!numbered.has(span)) element.dataset.number = names[span - 1];
        numbered.add(span);
      }
      if (isCurrent) marks.push(element);
      part.element.replaceWith(element);
      part.element = element;
    }
    for (const element of elements.flatMap((one) => [one, ...one.querySelectorAll("[data-line]")])) {
      element.classList.toggle("at-mark", Boolean(element.dataset.line && element.querySelector("mark")));
    }
    return marks;
  };

  return { elements, select };
};
