// The page around Gradio's conversation: its language, one voice for screen readers, and a view that follows
// the question rather than the end of its answer. Loaded before Gradio; the other scripts share `essays`.
"use strict";

const essays = (() => {
  const texts = JSON.parse(document.getElementById("texts").textContent);

  // Gradio picks its language, and that of the page, from the browser; the page has been given one.
  for (const [name, value] of [["language", texts.language], ["languages", [texts.language]]]) {
    Object.defineProperty(Navigator.prototype, name, { get: () => value, configurable: true });
  }

  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  };

  const field = () => document.querySelector("#question textarea");
  const type = (text) => {
    field().value = text;
    field().dispatchEvent(new Event("input", { bubbles: true }));
  };

  // The one live region: whatever is said is said here and once. Emptied later, so that nobody finds it twice.
  const voice = make("div", "unseen");
  voice.id = "voice";
  voice.setAttribute("role", "status");
  voice.setAttribute("aria-live", "polite");
  let silence = 0;
  const say = (...lines) => {
    clearTimeout(silence);
    voice.replaceChildren(...lines.map((line) => (typeof line === "string" ? make("p", "", line) : line)));
    silence = setTimeout(() => voice.replaceChildren(), 8_000);
  };

  // Gradio names a message by its HTML source, and its own live regions would say everything again.
  const quieten = () => {
    for (const message of document.querySelectorAll(':is([data-testid="user"], [data-testid="bot"])[aria-label]')) {
      message.removeAttribute("aria-label");
    }
    for (const region of document.querySelectorAll('gradio-app [aria-live]:not([aria-live="off"])')) {
      region.setAttribute("aria-live", "off");
      if (region.getAttribute("role") === "status") region.removeAttribute("role");
    }
    const log = document.querySelector('#conversation [role="log"]');
    if (log && log.getAttribute("aria-label") !== texts.conversation) {
      log.setAttribute("aria-label", texts.conversation);
      log.tabIndex = 0; // it scrolls: the keyboard must reach it
    }
    for (const short of document.querySelectorAll(".page > .short:not([aria-hidden])")) { // Gradio drops the attribute
      short.setAttribute("aria-hidden", "true"); // beside it stands the whole word
    }
    if (document.title !== texts.title) document.title = texts.title;
  };

  // The examples are those of the essays as they were when the page was loaded, not when the server started.
  const offer = () => {
    const column = document.getElementById("examples");
    const label = document.getElementById("examples-label");
    if (!column || !label || column.querySelector(".example")) return;
    label.hidden = !texts.examples.length;
    for (const question of texts.examples) {
      const example = make("button", "example", question);
      example.type = "button";
      if (texts.essayLanguage) example.lang = texts.essayLanguage;
      column.append(example);
    }
  };

  // What the page says of the essays' language, where they are not all Dutch.
  const correct = () => {
    for (const [place, text] of [["#introduction p", texts.explanation], ["#examples-label p", texts.examplesLabel]]) {
      const element = document.querySelector(place);
      if (text && element && element.textContent !== text) element.textContent = text;
    }
  };

  // Each new question comes to the top, so that its answer is read from its first line.
  let seen = "";
  const follow = () => {
    const log = document.querySelector('#conversation [role="log"]');
    const rows = log ? [...log.querySelectorAll(".message-row")] : [];
    const last = rows.at(-1);
    const words = last?.querySelector(".answer, .refusal, .notice, .waiting")?.textContent;
    const state = `${rows.length} ${words}`;
    if (state === seen || (last && words === undefined)) return;
    seen = state;
    if (!last) return;
    const top = rows.at(-2)?.matches(".user-row") ? rows.at(-2) : last;
    log.scrollTop += top.getBoundingClientRect().top - log.getBoundingClientRect().top;
  };

  // What was typed survives a reload.
  const keep = (text) => {
    try {
      if (text !== undefined) sessionStorage.setItem("draft", text);
      return sessionStorage.getItem("draft") ?? "";
    } catch {
      return ""; // a frame of another site may not store anything
    }
  };
  addEventListener("pagehide", () => keep(field()?.value || shared.unanswered()));

  // With a keyboard at hand one can type at once; on a phone it would cover half of the page.
  const hasKeyboard = matchMedia("(hover: hover) and (pointer: fine)").matches;
  let isReady = false;
  const welcome = () => {
    if (isReady || !field()) return;
    isReady = true;
    const draft = keep();
    keep("");
    if (draft && !field().value) type(draft);
    const isAlone = parent === window; // in a frame it would take the keyboard from the page around it
    if (isAlone && hasKeyboard && !location.hash && document.activeElement === document.body) field().focus();
  };

  const shared = { texts, make, field, type, say, looks: [quieten, offer, correct, follow, welcome], unanswered: () => "" };

  let isPlanned = false;
  new MutationObserver(() => {
    if (isPlanned) return;
    isPlanned = true;
    setTimeout(() => { // no animation frame: a page out of sight has none
      isPlanned = false;
      for (const look of shared.looks) look();
    }, 20);
  }).observe(document.documentElement, { childList: true, subtree: true, characterData: true });

  // What goes away or is done leaves the keyboard at the input, not at the top of the page.
  document.addEventListener("click", (event) => {
    if (event.target.closest?.(".skip")) event.preventDefault();
    if (event.target.closest?.(".example, #new, .skip")) field()?.focus({ preventScroll: true });
  });
  document.addEventListener("DOMContentLoaded", () => document.body.append(voice));

  return shared;
})();
