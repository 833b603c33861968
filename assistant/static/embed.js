// The chat in a frame of another site, at "/?embed=1&origin=https://course.example": a compact look, and the other
// end of the widget (assistant/widget/widget.js). It speaks with a site that the server allows and with no other,
// and tells it what kind of answer came but never a word of the question or the answer. Loaded before page.js.
"use strict";

(() => {
  const asked = new URLSearchParams(location.search);
  if (!asked.has("embed")) return;
  document.documentElement.classList.add("embedded");

  const around = asked.get("origin"); // what the frame says that it stands in; the browser delivers to no other
  const allowed = [location.origin, ...JSON.parse(document.getElementById("sites").textContent)];
  if (parent === window || !allowed.includes(around)) return;

  const tell = (type, more) => parent.postMessage({ essayAssistant: type, ...more }, around);
  const MAX_QUESTION = 10_000; // characters; the server has a limit of its own and says so
  const LOST_MS = 60_000; // after which a question counts as lost, and the next one may go
  const AGAIN_MS = 100; // until it is seen again whether the chat can take the next question
  const GROWTH_MS = 2_000; // in which the widget takes the size for an essay
  const KINDS = ["answer", "refusal", "notice"]; // of replies, by their class

  const hasKeyboard = matchMedia("(hover: hover) and (pointer: fine)").matches;
  const find = (selector) => document.querySelector(selector);
  const field = () => find("#question textarea");
  const write = (text) => {
    field().value = text;
    field().dispatchEvent(new Event("input", { bubbles: true }));
  };

  // --- Questions of the page around it, one after the other; what the visitor was typing comes back

  const questions = [];
  let sent = null; // { question, draft, time } until the chat has taken it in

  const ask = () => {
    if (sent && field().value === sent.question && Date.now() - sent.time < LOST_MS) return;
    if (sent) {
      if (sent.draft && !field().value) write(sent.draft);
      sent = null;
    }
    if (!questions.length || !field()) return;
    if (find("#conversation .waiting") || essays.unanswered()) {
      setTimeout(ask, AGAIN_MS);
      return;
    }
    sent = { question: questions.shift(), draft: field().value, time: Date.now() };
    write(sent.question);
    setTimeout(() => find("#send").click());
  };

  // --- What the page around it is told

  let isReady = false;
  let isReading = false;
  let readingSince = 0;
  let latest = null;

  const look = () => {
    if (!isReady && field() && find("#send")) {
      isReady = true;
      tell("ready");
    }
    const reads = document.documentElement.classList.contains("reading");
    if (reads !== isReading) {
      isReading = reads;
      readingSince = Date.now();
      tell("essay", { isOpen: reads });
    }
    const row = [...document.querySelectorAll("#conversation .message-row")].at(-1);
    const reply = row?.querySelector(`.${KINDS.join(", .")}`);
    if (reply && reply !== latest) {
      latest = reply;
      const kind = KINDS.find((one) => reply.matches(`.${one}`));
      tell("answer", { kind, citations: reply.querySelectorAll("a.citation").length });
    }
    if (isReady) ask();
  };

  let isPlanned = false;
  new MutationObserver(() => {
    if (isPlanned) return;
    isPlanned = true;
    setTimeout(() => { // a frame out of sight is drawn by no browser, so there is no animation frame to wait for
      isPlanned = false;
      look();
    }, 20);
  }).observe(document.documentElement, { attributeFilter: ["class"], childList: true, subtree: true });

  addEventListener("message", ({ source, origin, data }) => {
    if (source !== parent || origin !== around) return;
    if (data?.essayAssistant === "ask" && typeof data.question === "string") {
      questions.push(data.question.slice(0, MAX_QUESTION));
      look();
    } else if (data?.essayAssistant === "focus" && hasKeyboard) {
      field()?.focus({ preventScroll: true }); // a phone would raise its keyboard over half of the chat
    }
  });

  // The widget grows when an essay opens: its lines are broken anew, and the cited place comes back into view.
  addEventListener("resize", () => {
    if (isReading && Date.now() - readingSince < GROWTH_MS) find("#essay mark")?.scrollIntoView({ block: "center" });
  });

  // Esc closes what is open in the page; where nothing was, it closes the widget.
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) setTimeout(() => event.defaultPrevented || tell("close"));
  });

  tell("hello");
})();
