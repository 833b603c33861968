// Between Gradio and the server. When a connection breaks, Gradio reloads the page and so loses the
// conversation; here it hears of that as of a question that came to nothing, and `handlers` hear the truth.
// Loaded before Gradio.
"use strict";

(() => {
  const RETRY_MS = 2_000; // between two heartbeats
  const real = window.fetch.bind(window);
  const events = new Set(); // that the server has taken in and not finished
  const ENDS = ["unexpected_error", "broken_connection", "server_stopped"];
  let isLeaving = false; // a page that is left breaks off its own connections
  const handlers = {
    asked: (question) => {}, // a question goes to the server; null: a new conversation
    turnedAway: (response) => {}, // the server did not take it; null: it could not be reached
    finished: (isGood) => {}, // the whole answer is on its way to the page, or none will come
    cut: () => {}, // the connection broke before that
    silent: async () => {}, // the server is gone; to be awaited until it is back
  };

  const pause = (milliseconds) => new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    addEventListener("online", () => { clearTimeout(timer); resolve(); }, { once: true });
  });

  const isThere = async () => {
    try {
      return (await real(new URL("healthz", document.baseURI), { cache: "no-store" })).ok;
    } catch {
      return false;
    }
  };

  const join = async (input, init) => {
    const [question] = JSON.parse(init.body).data;
    handlers.asked(typeof question === "string" ? question : null);
    const response = await real(input, init).catch(() => null);
    if (response?.ok) {
      events.add((await response.clone().json()).event_id);
      return response;
    }
    if (!isLeaving) handlers.turnedAway(response);
    return Response.json({ detail: "" }, { status: 500 }); // to Gradio: an error, and all goes on
  };

  const nothing = (event_id) => ({
    msg: "process_completed", event_id, success: false, output: { error: "", visible: false },
  });

  // Gradio's stream of events, which ends in a proper way for it whatever becomes of the connection.
  const stream = async (input, init) => {
    const response = await real(input, init).catch(() => null);
    const reader = response?.ok ? response.body.getReader() : null;
    const decoder = new TextDecoder();
    const encoder = new TextEncoder();
    let rest = "";

    const isEnd = (bytes) => {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
      rest = lines.pop();
      const messages = lines.filter((line) => line.startsWith("data:")).map((line) => JSON.parse(line.slice(5)));
      for (const { msg, event_id, success } of messages) {
        if (msg === "process_completed" && events.delete(event_id)) handlers.finished(success);
      }
      return messages.some(({ msg }) => ENDS.includes(msg));
    };

    const pump = async (controller) => {
      try {
        for (let next = await reader?.read(); next && !next.done; next = await reader.read()) {
          if (isEnd(next.value)) break;
          controller.enqueue(next.value);
        }
      } catch (error) {
        if (error.name === "AbortError") events.clear(); // Gradio has all that it wanted
      }
      if (events.size) {
        const messages = [...[...events].map(nothing), { msg: "close_stream" }];
        controller.enqueue(encoder.encode(messages.map((one) => `\n\ndata: ${JSON.stringify(one)}\n\n`).join("")));
        events.clear();
        if (!isLeaving) handlers.cut();
      }
      controller.close();
    };
    const body = new ReadableStream({ start: (controller) => { pump(controller); }, cancel: () => reader?.cancel() });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  };

  // Gradio's heartbeat, begun again when it breaks off: so a server that stops is noticed at once.
  const heartbeat = async (input, init) => {
    const signal = input.signal ?? init?.signal;
    const beat = async (controller) => {
      while (!signal?.aborted && !isLeaving) {
        try {
          const { body } = await real(input.url ?? input, { signal, headers: { accept: "text/event-stream" } });
          const reader = body.getReader();
          for (let next = await reader.read(); !next.done; next = await reader.read()) controller.enqueue(next.value);
        } catch {
          if (signal?.aborted) return;
        }
        if (!isLeaving && !(await isThere())) await handlers.silent();
        await pause(RETRY_MS);
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
  addEventListener("pagehide", () => { isLeaving = true; });
  addEventListener("pageshow", () => { isLeaving = false; });

  essays.connection = { handlers, isThere, pause };
})();
