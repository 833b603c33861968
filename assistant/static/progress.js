// How far an index that is being made has come: on the chat page a quiet line for as long as it takes, on the page
// of the very first start all that there is to see, until there are answers to be had.
"use strict";

(() => {
  const texts = JSON.parse(document.getElementById("texts").textContent);
  const start = document.getElementById("start"); // there on the page of the first start alone
  const IDLE_MS = 15_000; // between two looks when nothing goes on
  const BUSY_MS = start ? 1_500 : 3_000;
  const SHOWN = ["reading", "embedding", "writing"]; // listing the files is over before anybody could read a line

  const phrase = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const number = (value) => new Intl.NumberFormat(texts.language).format(value);

  // "about 5 minutes", in the words of the page; rounded up, since a wait that ends early disappoints nobody.
  const duration = (seconds) => {
    const minutes = Math.ceil(seconds / 60);
    if (seconds < 60) return texts.underMinute;
    if (minutes < 90) return phrase(texts.minutes, { count: number(minutes) });
    return phrase(texts.hours, { count: number(Math.round(minutes / 60)) });
  };
  const remaining = (progress, known, unknown) =>
    progress.seconds_left === null
      ? unknown
      : phrase(known, { time: duration(progress.seconds_left).replaceAll(" ", "\u00a0") }); // "5" stays with "minutes"

  const look = async () => {
    try {
      const response = await fetch(new URL("api/progress", document.baseURI), { cache: "no-store" });
      return response.ok ? await response.json() : null;
    } catch {
      return null; // the server is gone: other lines of the page say so
    }
  };

  // --- On the chat page

  const line = document.createElement("p");
  line.id = "progress";
  line.hidden = true;

  const tell = (progress) => {
    const isShown = Boolean(progress) && SHOWN.includes(progress.stage) && !progress.failed;
    line.textContent = isShown ? remaining(progress, texts.updatingFor, texts.updating) : "";
    if (isShown && line.hidden) essays.say(texts.updating); // aloud once, and never how far it is
    line.hidden = !isShown;
    const input = document.getElementById("ask");
    if (input && !line.isConnected) input.before(line);
    return isShown;
  };

  // --- On the page of the first start

  const show = (progress) => {
    if (progress?.ready) {
      location.reload();
      return true;
    }
    const bar = start.querySelector("progress");
    const { stage, done, total } = progress ?? { stage: "none", done: 0, total: 0 };
    if (total && stage !== "writing") {
      bar.max = total;
      bar.value = Math.min(done, total);
    } else bar.removeAttribute("value"); // a bar that moves and says no share
    const counts = { done: number(done), total: number(total) };
    start.querySelector(".state").textContent = progress?.failed
      ? texts.failed
      : phrase(total || !texts[`${stage}Bare`] ? texts[stage] : texts[`${stage}Bare`], counts);
    start.querySelector(".left").textContent = progress && !progress.failed ? remaining(progress, texts.left, "") : "";
    return true;
  };

  const go = async () => {
    const progress = document.hidden ? null : await look();
    const isBusy = start ? show(progress) : tell(progress);
    setTimeout(go, isBusy ? BUSY_MS : IDLE_MS);
  };
  go();
  // A tab that was out of sight may have missed it all.
  document.addEventListener("visibilitychange", async () => {
    if (document.hidden) return;
    const progress = await look();
    if (start) show(progress);
    else tell(progress);
  });
})();
