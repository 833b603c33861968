// The widget: a button on a page of somebody else and, from its first click on, the chat in a frame.
//
//   <script src="https://host/widget.js" data-title="Vraag het de essays" data-color="#1f4a73" defer></script>
//
// Until then it asks no server for anything. It stores nothing, reads nothing of the page around it, and the page
// never gets to see what a visitor asks or reads. docs/embedding.md lists the options and the interface.
(() => {
  "use strict";

  const TEXTS = {
    nl: {
      title: "Vraag het de essays",
      close: "Chat sluiten",
      tab: "Open de chat in een nieuw tabblad",
      loading: "De chat wordt geladen …",
      failed: "De chat kan hier niet worden getoond.",
    },
    en: {
      title: "Ask the essays",
      close: "Close the chat",
      tab: "Open the chat in a new tab",
      loading: "The chat is loading …",
      failed: "The chat cannot be shown here.",
    },
    de: {
      title: "Fragen Sie die Essays",
      close: "Chat schließen",
      tab: "Chat in einem neuen Tab öffnen",
      loading: "Der Chat wird geladen …",
      failed: "Der Chat kann hier nicht angezeigt werden.",
    },
    fr: {
      title: "Interrogez les essais",
      close: "Fermer le chat",
      tab: "Ouvrir le chat dans un nouvel onglet",
      loading: "Le chat se charge …",
      failed: "Le chat ne peut pas être affiché ici.",
    },
  };
  const SILENCE_MS = 1500; // a frame that has loaded and still says nothing shows an error of the browser
  const PATIENCE_MS = 15000; // a frame that has not loaded by then perhaps never will
  const SANDBOX = // all that the chat needs; what is missing is above all to lead the whole page elsewhere
    "allow-scripts allow-same-origin allow-forms allow-downloads allow-popups allow-popups-to-escape-sandbox";
  const PHONE = "(max-width: 599px), (max-height: 479px)";
  const COLOR = "#1f4a73";

  const script = document.currentScript ?? document.querySelector('script[src*="/widget.js"]');
  const options = script.dataset;
  const home = new URL(".", script.src); // the chat lives where its script does

  const complain = (name, expected) =>
    console.warn(`Essay assistant: data-${name} is "${options[name]}", but ${expected} was expected.`);

  // --- The options

  const languageOf = (tag) => (tag ?? "").slice(0, 2).toLowerCase();
  const language = [options.language, ...navigator.languages].map(languageOf).find((tag) => TEXTS[tag]) ?? "nl";
  if (options.language && language !== languageOf(options.language)) complain("language", "nl, en, de or fr");
  const texts = TEXTS[language];
  const title = options.title || texts.title;
  const isLeft = options.position === "left";
  if (options.position && !isLeft && options.position !== "right") complain("position", "left or right");

  // A canvas writes every opaque colour that a browser knows as #rrggbb; of anything else it takes no notice.
  const readColor = () => {
    if (!options.color) return COLOR;
    const context = document.createElement("canvas").getContext("2d");
    const read = ["#000000", "#ffffff"].map((before) => {
      context.fillStyle = before;
      context.fillStyle = options.color;
      return context.fillStyle;
    });
    if (read[0] === read[1] && /^#[0-9a-f]{6}$/.test(read[0])) return read[0];
    complain("color", "an opaque colour such as #1f4a73");
    return COLOR;
  };

  // Black or white, whichever can be read better: by WCAG's formula one of them has at least 4.58 to 1.
  const readableOn = (color) => {
    const [red, green, blue] = [1, 3, 5]
      .map((place) => parseInt(color.slice(place, place + 2), 16) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 ? "#ffffff" : "#000000";
  };

  // --- What it looks like; px, because the page around may have any size of rem

  const color = readColor();
  const side = isLeft ? "left" : "right";
  const STYLE = `
    :host {
      all: initial !important;
      --color: ${color};
      --on-color: ${readableOn(color)};
      --paper: #fbf9f4;
      --ink: #20242a;
      --link: #1f4a73;
      --line: #8b857a;
      color-scheme: light dark !important;
    }
    :host(.inline), .inline { display: grid !important; height: 100% !important; }
    :host(.inline) { min-height: min(600px, 90vh) !important; }
    @media (prefers-color-scheme: dark) {
      :host { --paper: #14171b; --ink: #e9e5dc; --link: #a3c9f0; --line: #77808c; }
    }
    @media print { :host { display: none !important; } }
    * { box-sizing: border-box; font: 400 16px/1.4 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
    [hidden] { display: none !important; }
    svg { flex: none; fill: none; stroke: currentcolor; stroke-width: 2; stroke-linecap: round; }
    .button, .panel { position: fixed; z-index: 2147483647; ${side}: max(20px, env(safe-area-inset-${side})); }
    .button {
      bottom: max(20px, env(safe-area-inset-bottom));
      display: flex;
      align-items: center;
      gap: 10px;
      max-width: calc(100vw - 40px);
      min-height: 52px;
      padding: 8px 20px 8px 16px;
      border: 2px solid var(--on-color);
      border-radius: 26px;
      background: var(--color);
      box-shadow: 0 0 0 1px var(--color), 0 6px 20px rgb(0 0 0 / 30%);
      color: var(--on-color);
      font-weight: 600;
      text-align: start;
      cursor: pointer;
    }
    .button span, .bar span { font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    .panel {
      inset-block: auto max(20px, env(safe-area-inset-bottom));
      ${isLeft ? "right" : "left"}: auto;
      width: min(420px, 100vw - 40px);
      max-width: none;
      height: min(700px, 100dvh - 40px);
      max-height: none;
      margin: 0;
      padding: 0;
      overflow: hidden;
      border: 1px solid var(--line);
      border-radius: 16px;
      background: var(--paper);
      box-shadow: 0 12px 48px rgb(0 0 0 / 35%);
    }
    .panel[open] { display: flex; flex-direction: column; }
    .panel.wide { width: min(720px, 100vw - 40px); }
    .bar {
      flex: none;
      display: flex;
      align-items: center;
      gap: 4px;
      padding: 6px 8px 6px 18px;
      background: var(--color);
      color: var(--on-color);
    }
    .bar span { flex: 1; }
    .bar :is(a, button) {
      display: grid;
      place-items: center;
      width: 40px;
      height: 40px;
      padding: 0;
      border: 0;
      border-radius: 50%;
      background: none;
      color: inherit;
      cursor: pointer;
    }
    .bar :is(a, button):hover { background: color-mix(in srgb, currentcolor 18%, transparent); }
    .room { position: relative; flex: 1; min-height: 0; background: var(--paper); }
    .inline > .room { overflow: hidden; border: 1px solid var(--line); border-radius: 12px; }
    iframe { position: absolute; inset: 0; width: 100%; height: 100%; border: 0; }
    iframe.unready { visibility: hidden; }
    .notice {
      position: absolute;
      inset: 0;
      display: flex;
      flex-direction: column;
      align-items: center;
      justify-content: center;
      gap: 12px;
      padding: 24px;
      color: var(--ink);
      text-align: center;
    }
    .notice p { margin: 0; }
    .notice a { color: var(--link); }
    .button:focus-visible, .bar :focus-visible, .notice a:focus-visible {
      outline: 3px solid currentcolor;
      outline-offset: -5px;
    }
    .notice a:focus-visible { outline-offset: 3px; }
    @media ${PHONE} {
      .panel, .panel.wide { inset: 0; width: 100vw; height: 100dvh; border: 0; border-radius: 0; }
      .bar { padding-top: max(6px, env(safe-area-inset-top)); }
    }
  `;

  const make = (tag, properties = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (name in element) element[name] = value;
      else element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  };

  const draw = (size, path) => {
    const [icon, line] = ["svg", "path"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
    for (const [name, value] of Object.entries({ width: size, height: size, viewBox: "0 0 20 20" })) {
      icon.setAttribute(name, value);
    }
    icon.setAttribute("aria-hidden", "true");
    line.setAttribute("d", path);
    icon.append(line);
    return icon;
  };

  class EssayAssistant extends EventTarget {
    #host = make("essay-assistant", { lang: language });
    #root = this.#host.attachShadow({ mode: "open" });
    #phone = matchMedia(PHONE);
    #frame = null;
    #state = ""; // then "loading", "ready" or "failed"
    #isAlive = false; // the page in the frame has spoken since it was loaded
    #questions = []; // that wait for the frame
    #wantsFocus = false;
    #opener = null; // what had the focus before
    #isInline;
    #timer;
    #room;
    #words;
    #link;
    #notice;
    #button;
    #close;
    #panel;

    constructor(target) {
      super();
      this.#isInline = Boolean(target);
      const style = new CSSStyleSheet(); // no policy of the page forbids one, as it may a <style>
      style.replaceSync(STYLE);
      this.#root.adoptedStyleSheets = [style];
      const away = { href: home.href, target: "_blank", rel: "noopener noreferrer" };
      this.#words = make("p");
      this.#link = make("a", away, texts.tab);
      this.#notice = make("div", { className: "notice", role: "status" }, this.#words, this.#link);
      this.#room = make("div", { className: "room" }, this.#notice);
      if (target) this.#buildInline(target);
      else this.#buildButton(away);
      if (options.question) this.#questions.push(options.question);
      addEventListener("message", (event) => this.#hear(event));
    }

    get isOpen() {
      return this.#isInline || this.#panel.open;
    }

    /** Shows the chat and puts the keyboard in it. */
    open() {
      this.#open(true);
    }

    /** Hides the chat; the conversation stays, and the focus returns to where it was. */
    close() {
      if (this.#isInline || !this.isOpen) return;
      const isFocused = document.activeElement === this.#host;
      this.#panel.close();
      this.#closed(isFocused);
    }

    /** Shows the chat and asks a question in it. */
    ask(question) {
      if (typeof question !== "string" || !question.trim()) throw new TypeError("ask: a question was expected.");
      this.#questions.push(question);
      this.#open(true);
      this.#send();
    }

    #buildInline(target) {
      this.#host.className = "inline";
      const room = make("div", { className: "inline", role: "region", "aria-label": title }, this.#room);
      this.#root.append(room);
      target.replaceChildren(this.#host);
      const observer = new IntersectionObserver((entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        this.#load();
      });
      observer.observe(this.#host);
    }

    #buildButton(away) {
      this.#button = make(
        "button",
        { className: "button", type: "button", "aria-haspopup": "dialog", "aria-expanded": "false" },
        draw(24, "M3 4h14v10H9l-4 3.500V14H3zM7 8h6M7 10.500h4"),
        make("span", {}, title),
      );
      const named = (name) => ({ title: name, "aria-label": name });
      this.#close = make("button", { type: "button", ...named(texts.close) }, draw(20, "M5 5l10 10M15 5L5 15"));
      const tab = make("a", { ...away, ...named(texts.tab) }, draw(18, "M8 4H3v13h13v-5M12 3h5v5M17 3l-7 7"));
      const bar = make("div", { className: "bar" }, make("span", {}, title), tab, this.#close);
      this.#panel = make("dialog", { className: "panel", "aria-label": title }, bar, this.#room);
      this.#root.append(this.#button, this.#panel);
      document.body.append(this.#host);

      this.#button.addEventListener("click", () => this.open());
      this.#close.addEventListener("click", () => this.close());
      this.#root.addEventListener("keydown", (event) => {
        if (event.key !== "Escape" || !this.isOpen) return;
        event.preventDefault();
        event.stopPropagation();
        this.close();
      });
      this.#panel.addEventListener("close", () => {
        if (!this.#panel.open && this.#button.hidden) this.#closed(true); // by the phone's own way back
      });
      this.#phone.addEventListener("change", () => {
        if (!this.isOpen) return;
        this.#panel.close();
        this.#show();
      });
      visualViewport?.addEventListener("resize", () => this.#fit());
      if (options.open !== undefined && options.open !== "false" && !this.#phone.matches) this.#open(false);
    }

    #open(wantsFocus) {
      this.#wantsFocus ||= wantsFocus;
      this.#load();
      if (this.#isInline) {
        this.#host.scrollIntoView({ block: "nearest" });
      } else if (!this.isOpen) {
        const active = document.activeElement;
        this.#opener = active === this.#host || active === document.body ? null : active;
        this.#show();
        this.#button.hidden = true;
        this.#button.setAttribute("aria-expanded", "true");
        if (wantsFocus) this.#close.focus();
        this.#tell("open");
      }
      this.#focus();
    }

    // On a phone it covers the page, which must then be out of reach; elsewhere the page stays in use.
    #show() {
      if (this.#phone.matches) this.#panel.showModal();
      else this.#panel.setAttribute("open", ""); // show() would take the focus
      this.#fit();
    }

    #closed(isFocused) {
      this.#wantsFocus = false;
      this.#button.hidden = false;
      this.#button.setAttribute("aria-expanded", "false");
      if (isFocused) (this.#opener?.isConnected ? this.#opener : this.#button).focus();
      this.#opener = null;
      this.#tell("close");
    }

    // The keyboard of a phone covers the page without making it smaller.
    #fit() {
      const view = visualViewport;
      const fits = this.isOpen && this.#phone.matches && Math.abs(view.scale - 1) < 0.01;
      this.#panel.style.height = fits ? `${view.height}px` : "";
      this.#panel.style.top = fits ? `${view.offsetTop}px` : "";
    }

    #load() {
      if (this.#state && this.#state !== "failed") return;
      const query = new URLSearchParams({ embed: "1", origin: location.origin });
      if (options.language) query.set("language", language);
      this.#frame?.remove();
      const frame = make("iframe", {
        className: "unready",
        title,
        referrerPolicy: "no-referrer",
        allow: "clipboard-write",
        src: new URL(`?${query}`, home).href,
      });
      if (home.origin !== location.origin) frame.sandbox = SANDBOX; // on its own site it could undo it anyway
      frame.addEventListener("load", () =>
        setTimeout(() => {
          if (frame === this.#frame && !this.#isAlive) this.#become("failed");
          this.#isAlive = false;
        }, SILENCE_MS),
      );
      this.#frame = frame;
      this.#isAlive = false;
      this.#become("loading");
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#state === "loading" && this.#become("failed"), PATIENCE_MS);
      this.#room.prepend(frame);
    }

    #become(state) {
      this.#state = state;
      const isReady = state === "ready";
      this.#words.textContent = isReady ? "" : texts[state];
      this.#link.hidden = state !== "failed";
      this.#notice.hidden = isReady;
      this.#frame.classList.toggle("unready", !isReady);
      if (state !== "loading") this.#tell(state);
    }

    // Only the frame's own page is heard, and only as the site that it was loaded from.
    #hear({ source, origin, data }) {
      if (!this.#frame || source !== this.#frame.contentWindow || origin !== home.origin) return;
      const type = data?.essayAssistant;
      if (type === "hello") {
        this.#isAlive = true;
      } else if (type === "ready") {
        this.#isAlive = true;
        this.#become("ready");
        this.#focus();
        this.#send();
      } else if (type === "close") {
        this.close();
      } else if (type === "essay") {
        this.#panel?.classList.toggle("wide", data.isOpen === true);
      } else if (type === "answer") {
        this.#tell("answer", { kind: String(data.kind), citations: Number(data.citations) });
      }
    }

    #say(type, more) {
      this.#frame.contentWindow.postMessage({ essayAssistant: type, ...more }, home.origin);
    }

    #send() {
      if (this.#state === "ready") for (const question of this.#questions.splice(0)) this.#say("ask", { question });
    }

    #focus() {
      if (!this.#wantsFocus || this.#state !== "ready") return;
      this.#wantsFocus = false;
      const active = document.activeElement;
      if (!this.#isInline && active !== this.#host && active !== document.body) return; // the visitor went on
      this.#frame.focus();
      this.#say("focus");
    }

    #tell(type, detail) {
      this.dispatchEvent(new CustomEvent(type, { detail }));
    }
  }

  const start = () => {
    let target = null;
    try {
      target = options.target ? document.querySelector(options.target) : null;
    } catch {} // no selector at all
    if (options.target && !target) complain("target", "the selector of an element of this page");
    if (!target && document.querySelector("essay-assistant:not(.inline)")) return; // the script is there twice
    script.essayAssistant = new EssayAssistant(target);
    window.essayAssistant ??= script.essayAssistant;
  };
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
  else start();
})();
