// The page around Gradio's conversation: Dutch wherever Gradio would speak English, and a view that
// follows the question rather than the end of its answer. Loaded before Gradio.
"use strict";

(() => {
  const texts = JSON.parse(document.getElementById("texts").textContent);

  // Gradio picks its language, and that of the page, from the browser; the essays are Dutch for everyone.
  for (const [name, value] of [["language", texts.language], ["languages", [texts.language]]]) {
    Object.defineProperty(Navigator.prototype, name, { get: () => value, configurable: true });
  }

  const translateToast = (toast) => {
    const title = toast.querySelector(".toast-title");
    if (title && title.textContent !== texts.toastTitle) title.textContent = texts.toastTitle;
    toast.querySelector(".toast-close")?.setAttribute("aria-label", texts.toastClose);
    for (const line of toast.querySelectorAll(".toast-message-text")) {
      if (line.dataset.dutch === line.textContent) continue;
      const english = line.textContent.toLowerCase();
      const known = Object.keys(texts.toasts).find((part) => english.includes(part));
      line.textContent = known ? texts.toasts[known] : texts.toast;
      line.dataset.dutch = line.textContent;
    }
  };

  // Gradio names a message by its HTML source; its words are its name already.
  const unname = (root) => {
    for (const message of root.querySelectorAll(':is([data-testid="user"], [data-testid="bot"])[aria-label]')) {
      message.removeAttribute("aria-label");
    }
    const log = root.querySelector('[role="log"]');
    if (log && log.getAttribute("aria-label") !== texts.conversation) {
      log.setAttribute("aria-label", texts.conversation);
    }
  };

  // Each new question comes to the top, so that its answer is read from its first line.
  let seen = "";
  const follow = () => {
    const log = document.querySelector('#conversation [role="log"]');
    const rows = log ? [...log.querySelectorAll(".message-row")] : [];
    const last = rows.at(-1);
    const state = `${rows.length} ${last?.textContent}`;
    if (state === seen) return;
    seen = state;
    if (!last) return;
    const top = rows.at(-2)?.matches(".user-row") ? rows.at(-2) : last;
    log.scrollTop += top.getBoundingClientRect().top - log.getBoundingClientRect().top;
  };

  // What was typed survives a reload: Gradio reloads the page when its server has been started anew.
  const keep = (text) => {
    try {
      if (text !== undefined) sessionStorage.setItem("draft", text);
      return sessionStorage.getItem("draft") ?? "";
    } catch {
      return ""; // a frame of another site may not store anything
    }
  };
  addEventListener("pagehide", () => keep(document.querySelector("#question textarea")?.value ?? ""));

  // With a keyboard at hand one can type at once; on a phone it would cover half of the page.
  const hasKeyboard = matchMedia("(hover: hover) and (pointer: fine)").matches;
  let isReady = false;
  const welcome = () => {
    const input = document.querySelector("#question textarea");
    if (isReady || !input) return;
    isReady = true;
    const draft = keep();
    keep("");
    if (draft && !input.value) {
      input.value = draft;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const isAlone = parent === window; // in a frame it would take the keyboard from the page around it
    if (isAlone && hasKeyboard && !location.hash && document.activeElement === document.body) input.focus();
  };

  const look = () => {
    document.querySelectorAll(".toast-body").forEach(translateToast);
    unname(document);
    follow();
    welcome();
  };
  let isPlanned = false;
  const observer = new MutationObserver(() => {
    if (isPlanned) return;
    isPlanned = true;
    requestAnimationFrame(() => {
      isPlanned = false;
      look();
    });
  });
  observer.observe(document.documentElement, { childList: true, subtree: true, characterData: true });

  // The buttons that go away or are done leave the keyboard at the input, not at the top of the page.
  document.addEventListener("click", (event) => {
    if (event.target.closest?.(".example, #new")) {
      document.querySelector("#question textarea")?.focus({ preventScroll: true });
    }
  });
})();
