// What becomes of a question: the input is emptied when it goes and filled again when it comes to nothing,
// the answer is told once, and a server that is gone is waited for. No event of Gradio writes to the input.
"use strict";

(() => {
  const { texts, make, field, type, say } = essays;
  const { handlers, isThere, pause } = essays.connection;
  const PATIENCE_MS = 1_500; // before a wait is worth a line
  const RETRY_MS = [1_000, 2_000, 4_000, 8_000]; // between looks whether the server is back; the last one stays
  const LINE_MS = 8_000; // that good news stays on the screen
  const CUT = ".interrupted"; // a reply that never came

  let pending = null; // the question that is being answered, and how the page was: { question, before, rows, … }
  let draft = null; // what stood in the input when the page asked something by itself
  let unsent = ""; // a question that waits for the server to come back
  let resent = ""; // one that was asked again by itself: once is enough if it was what stopped the server
  let waiting = null; // a promise: the server is back

  // --- One line above the input

  const line = make("p", "");
  line.id = "trouble";
  line.hidden = true;
  let fading = 0;
  const show = (text, { fades = false } = {}) => {
    clearTimeout(fading);
    line.textContent = text;
    line.hidden = !text;
    if (text) say(text);
    if (fades) fading = setTimeout(() => show(""), LINE_MS);
  };

  // --- The question

  const rows = () => [...document.querySelectorAll("#conversation .message-row:not(#earlier *)")];
  const reply = () => rows().at(-1)?.querySelector(".answer, .refusal, .notice");
  const state = () => `${rows().length} ${reply()?.innerHTML}`;

  const ask = (question) => {
    draft = field().value === question ? "" : field().value;
    type(question);
    setTimeout(() => document.querySelector("#send").click());
  };

  const giveBack = (question) => {
    if (question?.trim() && !field().value) type(question);
  };

  const begin = (question) => {
    show("");
    const answered = rows().filter((row, place, all) => ![row, all[place + 1]].some((one) => one?.querySelector(CUT)));
    const copies = answered.map((row) => row.cloneNode(true));
    for (const element of document.querySelectorAll(CUT)) {
      element.className = "waiting";
      element.textContent = texts.thinking;
    }
    const timer = setTimeout(() => {
      if (document.querySelector("#conversation .waiting")) say(texts.thinking);
      else show(texts.waiting);
    }, PATIENCE_MS);
    pending = { question, timer, before: state(), rows: copies, isDone: false };
    if (field().value === question) type(draft ?? "");
    draft = null;
    if (unsent === question) unsent = "";
  };

  const end = () => {
    const question = pending?.question ?? "";
    clearTimeout(pending?.timer);
    pending = null;
    return question;
  };

  // --- The answer

  const announce = (element) => {
    const isTold = (one) => !one.querySelector("p") && !(one.matches(".label") && element.matches(".answer"));
    const lines = [...element.querySelectorAll("p, li:not(.sources *)")].filter(isTold);
    say(...lines.map((one) => {
      const spoken = make("p", "", one.textContent);
      spoken.lang = one.closest("[lang]")?.lang ?? texts.language;
      return spoken;
    }));
  };

  // A server that was started anew has forgotten the conversation; what was on the screen stays there all the same.
  const keepEarlier = () => {
    const now = rows();
    const [was] = pending.rows;
    if (!was || !now.length || now.length > 2 || now[0].textContent === was.textContent) return;
    const section = document.getElementById("earlier") ?? make("div");
    section.id = "earlier";
    section.querySelector(".note")?.remove();
    section.append(...pending.rows, make("p", "note", texts.earlier));
    now[0].parentElement.prepend(section);
    pending.rows = [];
  };

  essays.looks.push(() => {
    const input = document.getElementById("ask");
    if (input && !line.isConnected) input.before(line);
    if (!rows().length && !pending) document.getElementById("earlier")?.remove();
    if (!pending) return;
    keepEarlier();
    if (!pending.isDone || state() === pending.before || rows().at(-1)?.querySelector(".waiting")) return;
    const question = end();
    resent = "";
    if (!waiting) show("");
    if (reply()?.matches(".notice")) giveBack(question);
    if (reply()) announce(reply());
  });

  // --- The server is gone, and comes back

  const lose = (question) => {
    if (question && question !== resent) unsent = question;
    giveBack(question);
    for (const element of document.querySelectorAll("#conversation .waiting")) {
      element.className = CUT.slice(1);
      element.textContent = texts.interrupted;
    }
    if (!waiting || question) show(unsent ? texts.stoppedAsking : texts.stopped);
    waiting ??= wait();
    return waiting;
  };

  const wait = async () => {
    for (let tries = 0; !(await isThere()); tries++) await pause(RETRY_MS[Math.min(tries, RETRY_MS.length - 1)]);
    waiting = null;
    const question = unsent;
    unsent = "";
    if (question && !pending) {
      resent = question;
      ask(question);
      setTimeout(() => show(texts.backAsking, { fades: true }), 100);
    } else {
      show(texts.back, { fades: true });
    }
  };

  handlers.asked = (question) => {
    if (question !== null) begin(question);
    else { end(); show(""); }
  };
  handlers.turnedAway = (response) => {
    const question = end();
    if (!response) { lose(question); return; }
    giveBack(question);
    const seconds = Number(response.headers.get("retry-after"));
    if (response.status === 413) show(texts.tooLarge);
    else if (![429, 503].includes(response.status)) show(texts.refused);
    else show(seconds > 0 ? texts.busyFor.replace("{seconds}", seconds) : texts.busy);
  };
  handlers.finished = (isGood) => {
    if (pending && isGood) pending.isDone = true;
    else if (pending) { giveBack(end()); show(texts.refused); }
  };
  handlers.cut = () => { if (pending) lose(end()); };
  handlers.silent = () => lose("");

  // --- What the visitor does meanwhile

  const holdUp = () => { if (pending) show(texts.patience, { fades: true }); };
  addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && event.target === field()) holdUp();
  }, true);
  addEventListener("click", (event) => {
    if (event.target.closest?.("#send")) holdUp();
    const example = event.target.closest?.(".example");
    if (example && !pending) ask(example.textContent.trim());
  }, true);

  essays.unanswered = () => unsent || pending?.question || "";
})();
