// The panel beside the conversation that shows an essay with the cited place marked. The address is the one
// truth: a click on a citation changes it, and whatever changes it, the panel follows.

import { isSame, linksIn, parse, placeOf, withHash } from "./address.js";
import { copyText } from "./copying.js";
import { make, texts } from "./elements.js";
import { makeFrame } from "./frame.js";
import { makeReader } from "./reader.js";

const SAID_MS = 4000; // that "copied" stays on the screen

const narrow = matchMedia("(max-width: 899px)");
const hasKeyboard = matchMedia("(hover: hover) and (pointer: fine)").matches; // on glass it would cover the page
const frame = makeFrame();
const { panel, find } = frame;
const reader = makeReader(frame);
let opener = null; // the link that opened the panel
let current = null; // the place that the address names
let answer = null; // the answer that it belongs to; none for a copied link
let citations = []; // of that answer: { place, number, link }
let isLeaving = false; // between Esc and the browser's answer to history.back()

// --- The conversation

const linksOfConversation = () => linksIn(document.getElementById("conversation") ?? document.body);
const isCurrent = (link) => isSame(placeOf(link), current);

const gatherCitations = () => {
  const last = linksOfConversation().findLast(isCurrent)?.closest(".answer");
  const own = opener?.isConnected ? opener.closest(".answer") : null;
  answer = own && linksIn(own).some(isCurrent) ? own : last;
  citations = [...(answer?.querySelectorAll("a.citation") ?? [])].map((link) => ({
    place: placeOf(link),
    number: /\d+/.exec(link.textContent)?.[0] ?? "",
    link,
  }));
};

const markLinks = () => {
  for (const link of linksOfConversation()) {
    if (!panel.hidden && isCurrent(link) && answer?.contains(link)) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
};

const linkOfCurrent = () => {
  if (opener?.isConnected && isCurrent(opener)) return opener;
  return citations.find(({ link }) => link.isConnected && isCurrent(link))?.link ?? linksOfConversation().findLast(isCurrent);
};

// --- Opening and closing

let saidTimer = 0;
const say = (...content) => {
  clearTimeout(saidTimer);
  frame.said.replaceChildren(...content);
};

// On a phone the panel covers the conversation, so it takes the role and the manners of a dialog.
const arrange = () => {
  const covers = narrow.matches && !panel.hidden;
  panel.setAttribute("role", covers ? "dialog" : "complementary");
  if (covers) panel.setAttribute("aria-modal", "true");
  else panel.removeAttribute("aria-modal");
  for (const other of document.body.children) if (other !== panel) other.inert = covers;
  document.documentElement.classList.toggle("reading", !panel.hidden);
};

const hide = () => {
  const hadFocus = panel.contains(document.activeElement) || document.activeElement === document.body;
  const link = linkOfCurrent();
  panel.hidden = true;
  say();
  reader.stop();
  find.clear();
  current = null;
  arrange();
  markLinks();
  const input = hasKeyboard ? document.querySelector("#question textarea") : null;
  if (hadFocus) (link ?? input)?.focus({ preventScroll: !link });
  opener = null;
};

const follow = () => {
  isLeaving = false;
  const wanted = parse(location.hash);
  if (!wanted) {
    if (!panel.hidden) hide();
    return;
  }
  current = wanted;
  if (!panel.isConnected) document.body.append(panel);
  panel.hidden = false;
  say();
  arrange();
  gatherCitations();
  markLinks();
  if (!panel.contains(document.activeElement)) panel.focus({ preventScroll: true });
  if (!narrow.matches) linkOfCurrent()?.scrollIntoView({ block: "nearest" });
  reader.show(current, citations);
};

const shut = () => {
  if (isLeaving) return;
  isLeaving = Boolean(history.state?.essay);
  if (isLeaving) {
    history.back();
    return;
  }
  history.replaceState(history.state, "", withHash(""));
  follow();
};

const visit = (hash) => {
  if (panel.hidden && parent === window) history.pushState({ essay: true }, "", withHash(hash));
  else history.replaceState(history.state, "", withHash(hash));
  follow();
};

addEventListener("click", (event) => {
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest?.(`a[href^="${texts.link}"]`);
  if (!link) return;
  event.preventDefault();
  event.stopPropagation();
  opener = link;
  visit(link.getAttribute("href"));
}, true);
addEventListener("popstate", follow);
addEventListener("hashchange", follow);
narrow.addEventListener("change", arrange);
frame.close.addEventListener("click", shut);

// --- From one citation to the next

const step = (by) => {
  const at = citations.findIndex(({ place }) => isSame(place, current));
  const to = at < 0 ? undefined : citations[at + by];
  if (to) visit(to.link.getAttribute("href"));
};

frame.back.addEventListener("click", () => step(-1));
frame.on.addEventListener("click", () => step(1));
frame.here.addEventListener("click", reader.goToPlace);
frame.column.addEventListener("click", ({ target }) => {
  const number = target.closest(".cited")?.dataset.source;
  const to = getSelection().isCollapsed && citations.find((one) => one.number === number);
  if (to) visit(to.link.getAttribute("href"));
});

// --- A link to the place

frame.copy.addEventListener("click", async () => {
  const link = reader.link(current);
  say();
  if (await copyText(link, panel)) {
    say(texts.copied);
    saidTimer = setTimeout(say, SAID_MS);
    return;
  }
  const field = make("input"); // then by hand
  field.readOnly = true;
  field.value = link;
  field.setAttribute("aria-label", texts.copyLink);
  field.addEventListener("blur", () => say());
  say(texts.copyByHand, field);
  field.select();
});

// --- Keys

// In front of everybody else, so that Esc closes one thing at a time.
addEventListener("keydown", (event) => {
  if (panel.hidden || event.isComposing || event.defaultPrevented) return;
  const isInside = panel.contains(document.activeElement);
  const isTyping = document.activeElement?.matches("input, textarea");
  const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
  const act = {
    Escape: () => (find.isActive() ? find.clear() : shut()),
    ...(isInside && event.altKey && { ArrowUp: () => step(-1), ArrowDown: () => step(1) }),
    ...(isInside && !isTyping && !hasModifier && {
      p: () => step(-1),
      n: () => step(1),
      "/": () => find.field.focus(),
    }),
  }[event.key];
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}, true);

follow();
