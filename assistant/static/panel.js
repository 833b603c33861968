// The panel beside the conversation that shows an essay with the cited place marked. A link such as
// #bron/lefmarketing.txt/120/240 opens it, clicked or in the address. Text is set as text, never as HTML.
"use strict";

(() => {
  const texts = JSON.parse(document.getElementById("texts").textContent);
  const narrow = matchMedia("(max-width: 899px)");
  let opener = null; // the link that opened the panel
  let request = 0; // number of the latest request: an older answer that comes late is dropped

  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  };

  const panel = make("div", "essay");
  panel.id = "essay";
  panel.tabIndex = -1;
  panel.hidden = true;
  panel.setAttribute("aria-labelledby", "essay-title");
  const head = make("div", "head");
  const title = make("h2");
  title.id = "essay-title";
  const place = make("p", "place");
  const origin = make("p", "origin");
  const close = make("button", "close", texts.close);
  close.type = "button";
  const names = make("div", "names");
  names.append(title, place, origin);
  head.append(names, close);
  const body = make("div", "text");
  body.tabIndex = 0; // the text scrolls: the keyboard must reach it
  body.setAttribute("role", "document");
  body.setAttribute("aria-labelledby", "essay-title");
  panel.append(head, body);

  const parse = (hash) => {
    if (!hash.startsWith(texts.link)) return null;
    const match = /^([^/]+)(?:\/(\d+)\/(\d+))?$/.exec(hash.slice(texts.link.length));
    if (!match) return null;
    try {
      return { source: decodeURIComponent(match[1]), start: match[2] ?? "0", end: match[3] ?? "0" };
    } catch {
      return null;
    }
  };

  const fill = (element, segments) => {
    for (const segment of segments) {
      const part = segment.marked ? make("mark", "", segment.text) : segment.text;
      if (segment.id) part.id = segment.id;
      element.append(part);
    }
    return element;
  };

  const draw = (block) => {
    if (block.kind === "list") {
      const list = make("ul", block.counted ? "counted" : "");
      list.append(...block.items.map((segments) => fill(make("li"), segments)));
      return list;
    }
    const heading = block.level > 1 ? "h5" : "h4";
    const tag = { title: "h3", post: "h3", heading, paragraph: "p" }[block.kind];
    return fill(make(tag, block.kind), block.segments);
  };

  const describe = (heading, under, from) => {
    title.textContent = heading;
    place.textContent = under;
    place.hidden = !under;
    origin.textContent = from;
    origin.hidden = !from;
  };

  const say = (line) => body.replaceChildren(make("p", "message", line));

  const showPlace = () => {
    const mark = body.querySelector("mark");
    if (!mark) return;
    const room = body.clientHeight;
    const top = mark.getBoundingClientRect().top - body.getBoundingClientRect().top + body.scrollTop;
    body.scrollTop = top - room / 3;
  };

  const load = async ({ source, start, end }) => {
    const mine = ++request;
    panel.setAttribute("aria-busy", "true");
    describe(texts.essay, "", source);
    say(texts.loading);
    const query = new URLSearchParams({ source, start, end });
    let view = null;
    let problem = texts.failed;
    try {
      const response = await fetch(new URL(`api/essay?${query}`, document.baseURI));
      if (response.ok) view = await response.json();
      else if (response.status === 404) problem = texts.unknown;
      else if (response.status < 500) problem = texts.noPlace;
    } catch {
      view = null;
    }
    if (mine !== request) return;
    panel.removeAttribute("aria-busy");
    if (!view) {
      say(problem);
      return;
    }
    const from = [view.author, view.publisher, view.year, view.source].filter(Boolean).join(" · ");
    describe(view.post || view.title, view.heading, from);
    body.replaceChildren(...view.blocks.map(draw));
    showPlace();
  };

  // On a phone the panel covers the conversation, so it takes the role and the manners of a dialog.
  const arrange = () => {
    const covers = narrow.matches && !panel.hidden;
    panel.setAttribute("role", covers ? "dialog" : "complementary");
    if (covers) panel.setAttribute("aria-modal", "true");
    else panel.removeAttribute("aria-modal");
    const app = document.querySelector("gradio-app");
    if (app) app.inert = covers;
    document.documentElement.classList.toggle("reading", !panel.hidden);
  };

  const markLinks = () => {
    for (const link of document.querySelectorAll("#conversation a")) {
      const isOpen = !panel.hidden && link.getAttribute("href") === location.hash;
      if (isOpen) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };

  // The address is the one truth: whatever changes it, the panel follows.
  let current = "";
  const follow = () => {
    const wanted = parse(location.hash);
    if (wanted && location.hash === current && !panel.hidden) {
      showPlace();
    } else if (wanted) {
      current = location.hash;
      panel.hidden = false;
      load(wanted);
    } else if (!panel.hidden) {
      panel.hidden = true;
      request++;
      current = "";
    } else {
      return;
    }
    arrange();
    markLinks();
    if (!panel.hidden) panel.focus({ preventScroll: true });
    else returnFocus();
  };

  const returnFocus = () => {
    const href = opener?.getAttribute("href");
    const again = `#conversation a[href="${CSS.escape(href ?? "")}"]`;
    const same = opener?.isConnected ? opener : document.querySelector(again);
    (same ?? document.querySelector("#question textarea"))?.focus({ preventScroll: true });
    opener = null;
  };

  const shut = () => {
    if (history.state?.essay) history.back();
    else {
      history.replaceState(history.state, "", location.pathname + location.search);
      follow();
    }
  };

  addEventListener("click", (event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest?.(`a[href^="${texts.link}"]`);
    if (!link) return;
    event.preventDefault();
    event.stopPropagation();
    opener = link;
    const address = location.pathname + location.search + link.getAttribute("href");
    // In a frame the page around it shares the history, and the way back could be that page's.
    if (panel.hidden && parent === window) history.pushState({ essay: true }, "", address);
    else history.replaceState(history.state, "", address);
    follow();
  }, true);
  addEventListener("popstate", follow);
  addEventListener("hashchange", follow);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !panel.hidden) {
      event.preventDefault();
      shut();
    }
  });
  close.addEventListener("click", shut);
  narrow.addEventListener("change", arrange);

  document.body.append(panel);
  follow();
})();
