// How a question gets to the server, and what becomes of it when it does not. Gradio would wipe the input,
// reload the page and lose the conversation; so this stands between it and `fetch`, and Gradio hears of a
// broken connection as of a question that came to nothing. Loaded before Gradio.
"use strict";

(() => {
  const { texts, make, field, type, say } = essays;
  const PATIENCE_MS = 1_500; // before a wait is worth a line
  const RETRY_MS = [1_000, 2_000, 4_000, 8_000]; // between looks whether the server is back; the last one stays
  const LINE_MS = 8_000; // that good news stays on the screen
  const CUT = ".interrupted"; // a reply that never came

  const real = window.fetch.bind(window);
  const events = new Set(); // of this page that the server has taken in and not finished
  let pending = null; // the question that is being answered, and how the page was before: { question, before, rows, … }
  let unsent = ""; // a question that waits for the server to come back
  let resent = ""; // one that was asked again by itself: once is enough if it was what stopped the server
  let draft = null; // what stood in the input when the page asked something by itself
  let isLost = false;
  let isLeaving = false;

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

  const begin = (question) => {
    show("");
    const answered = rows().filter((row, place, all) => ![row, all[place + 1]].some((one) => one?.querySelector(CUT)));
    const copies = answered.map((row) => row.cloneNode(true));
    for (const element of document.querySelectorAll(CUT)) {
      element.className = "waiting";
      element.textContent = texts.thinking;
    }
    const timer = setTimeout(() => {
      const isRead = document.querySelector("#conversation .waiting");
      if (isRead) say(texts.thinking);
      else show(texts.waiting);
    }, PATIENCE_MS);
    pending = { question, timer, before: state(), rows: copies, isDone: false };
    if (field().value === question) type(draft ?? "");
    draft = null;
    if (unsent === question) unsent = "";
  };

  const giveBack = (question) => {
    if (question?.trim() && !field().value) type(question);
  };

  const end = () => {
    const question = pending?.question ?? "";
    clearTimeout(pending?.timer);
    pending = null;
    return question;
  };

  // --- The answer

  const announce = (element) => {
    const lines = [...element.querySelectorAll("p, li:not(.sources *)")].filter((one) => !one.querySelector("p"));
    const parts = lines.filter((one) => !(one.matches(".label") && element.matches(".answer")));
    say(...parts.map((one) => {
      const spoken = make("p", "", one.textContent);
      spoken.lang = one.closest("[lang]")?.lang ?? texts.language;
      return spoken;
    }));
  };

  // The server forgets a conversation when it starts anew; what was on the screen stays there all the same.
  const keepEarlier = () => {
    const now = rows();
    const [first] = now;
    const isForgotten = now.length && now.length <= 2 && pending.rows.length > now.length - 1;
    if (!isForgotten || !pending.rows.length || first.textContent === pending.rows[0].textContent) return;
    const section = document.getElementById("earlier") ?? make("div", "");
    section.id = "earlier";
    section.querySelector(".note")?.remove();
    section.append(...pending.rows, make("p", "note", texts.earlier));
    now[0].parentElement.prepend(section);
    pending.rows = [];
  };

  const look = () => {
    const input = document.getElementById("ask");
    if (input && !line.isConnected) input.before(line);
    if (!rows().length && !pending) document.getElementById("earlier")?.remove();
    if (!pending || document.querySelector(CUT)) return;
    keepEarlier();
    if (!pending.isDone || state() === pending.before || rows().at(-1)?.querySelector(".waiting")) return;
    const question = end();
    resent = "";
    if (!isLost) show("");
    const answer = reply();
    if (answer?.matches(".notice")) giveBack(question);
    if (answer) announce(answer);
  };
  essays.looks.push(look);

  // --- The server is gone, and comes back

  const pause = (milliseconds) => new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    addEventListener("online", () => { clearTimeout(timer); resolve(); }, { once: true });
  });
  const answers = async () => {
    try {
      return (await real(new URL("healthz", document.baseURI), { cache: "no-store" })).ok;
    } catch {
      return false;
    }
  };

  const lose = (question) => {
    if (isLeaving) return;
    unsent = question && question !== resent ? question : unsent;
    giveBack(question);
    for (const element of document.querySelectorAll("#conversation .waiting")) {
      element.className = "interrupted";
      element.textContent = texts.interrupted;
    }
    if (!isLost || question) show(unsent ? texts.stoppedAsking : texts.stopped);
    if (!isLost) wait();
  };

  const wait = async () => {
    isLost = true;
    for (let tries = 0; !(await answers()); tries++) await pause(RETRY_MS[Math.min(tries, RETRY_MS.length - 1)]);
    isLost = false;
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

  // --- Between Gradio and the server

  const join = async (input, init) => {
    const [question] = JSON.parse(init.body).data; // a new conversation brings none
    if (typeof question === "string") begin(question);
    else { end(); show(""); }
    const response = await real(input, init).catch(() => null);
    if (response?.ok) {
      events.add((await response.clone().json()).event_id);
      return response;
    }
    const came = end();
    if (!response) lose(came);
    else {
      giveBack(came);
      const seconds = Number(response.headers.get("retry-after"));
      if (response.status === 413) show(texts.tooLarge);
      else if (![429, 503].includes(response.status)) show(texts.refused);
      else show(seconds > 0 ? texts.busyFor.replace("{seconds}", seconds) : texts.busy);
    }
    return Response.json({ detail: "" }, { status: 500 }); // to Gradio: an error, and all goes on
  };

  const nothing = (event_id) => ({
    msg: "process_completed", event_id, success: false, output: { error: "", visible: false },
  });
  const noteEvent = (message) => {
    if (message.msg !== "process_completed") return;
    const isOurs = events.delete(message.event_id);
    if (pending && message.success) pending.isDone = true;
    else if (pending && isOurs && !message.success) { giveBack(end()); show(texts.refused); }
  };

  // Gradio's stream of events, which ends in a proper way for it whatever becomes of the connection.
  const stream = async (input, init) => {
    const response = await real(input, init).catch(() => null);
    const reader = response?.ok ? response.body.getReader() : null;
    const decoder = new TextDecoder();
    const encoder = new TextEncoder();
    let rest = "";
    const read = (bytes) => {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
      rest = lines.pop();
      const messages = lines.filter((one) => one.startsWith("data:")).map((one) => JSON.parse(one.slice(5)));
      messages.forEach(noteEvent);
      return messages.some((message) => ["unexpected_error", "broken_connection", "server_stopped"].includes(message.msg));
    };
    const pump = async (controller) => {
      try {
        for (let next = await reader?.read(); next && !next.done; next = await reader.read()) {
          if (read(next.value)) break;
          controller.enqueue(next.value);
        }
      } catch (error) {
        if (error.name === "AbortError") events.clear();
      }
      if (events.size) {
        const messages = [...[...events].map(nothing), { msg: "close_stream" }];
        controller.enqueue(encoder.encode(messages.map((one) => `\n\ndata: ${JSON.stringify(one)}\n\n`).join("")));
        events.clear();
        if (pending) lose(end());
      }
      controller.close();
    };
    const body = new ReadableStream({ start: (controller) => { pump(controller); }, cancel: () => reader?.cancel() });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  };

  // Gradio's heartbeat, begun again when it breaks off: so a server that stops is noticed at once.
  const heartbeat = async (input, init) => {
    const signal = input.signal ?? init?.signal;
    const address = input.url ?? input;
    const beat = async (controller) => {
      while (!signal?.aborted && !isLeaving) {
        try {
          const reader = (await real(address, { signal, headers: { accept: "text/event-stream" } })).body.getReader();
          for (let next = await reader.read(); !next.done; next = await reader.read()) controller.enqueue(next.value);
        } catch {
          if (signal?.aborted) return;
        }
        if (!isLeaving && !isLost && !(await answers())) lose("");
        while (isLost) await pause(RETRY_MS[0]);
        await pause(RETRY_MS[1]);
      }
    };
    return new Response(new ReadableStream({ start: (controller) => { beat(controller); } }), {
      headers: { "content-type": "text/event-stream" },
    });
  };

  window.fetch = (input, init) => {
    const { pathname } = new URL(input.url ?? input, document.baseURI);
    if (pathname.endsWith("/gradio_api/queue/join")) return join(input, init);
    if (pathname.endsWith("/gradio_api/queue/data")) return stream(input, init);
    if (pathname.includes("/gradio_api/heartbeat/")) return heartbeat(input, init);
    return real(input, init);
  };

  // --- What the visitor does meanwhile

  const isHeldUp = (event) => {
    if (!pending) return;
    const isEnter = event.type === "keydown" && event.key === "Enter" && !event.shiftKey && event.target === field();
    if (isEnter || (event.type === "click" && event.target.closest?.("#send"))) show(texts.patience, { fades: true });
  };
  addEventListener("keydown", isHeldUp, true);
  addEventListener("click", (event) => {
    isHeldUp(event);
    const example = event.target.closest?.(".example");
    if (example && !pending) ask(example.textContent.trim());
  }, true);
  addEventListener("pagehide", () => { isLeaving = true; });
  addEventListener("pageshow", () => { isLeaving = false; });

  essays.ask = ask;
  essays.show = show;
  essays.unanswered = () => unsent || pending?.question || "";
})();
