// What stands under each answer: copying it with its citations, judging it where the server keeps that, and
// why it is as it is. And saving the conversation. Gradio strips buttons from messages, so they are made here.
"use strict";

(() => {
  const { texts, make, say, markdown } = essays;
  const MAX_REASON_CHARS = 1_000;
  const TOLD_MS = 4_000;
  const THUMB = "M2 21h4V9H2v12zM22 10c0-1.1-.9-2-2-2h-6.3l1-4.6v-.3c0-.4-.2-.8-.4-1.1L13.200 1 6.600 7.600C6.200 7.900 "
    + "6 8.400 6 9v10c0 1.100.9 2 2 2h9c.8 0 1.500-.5 1.800-1.200l3-7.100c.1-.2.2-.5.2-.7v-2z";

  const button = (className, name) => {
    const element = make("button", className, name);
    element.type = "button";
    return element;
  };

  const thumb = (direction, name) => {
    const element = button(`thumb ${direction}`);
    element.setAttribute("aria-label", name);
    element.setAttribute("aria-pressed", "false");
    element.title = name;
    const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    icon.setAttribute("viewBox", "0 0 24 24");
    icon.setAttribute("aria-hidden", "true");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", THUMB);
    icon.append(path);
    element.append(icon);
    return element;
  };

  const equip = () => {
    for (const reply of document.querySelectorAll("#conversation .reply:not(:has(> .tools))")) {
      if (!reply.querySelector("a.citation, .refusal")) continue; // a greeting is no answer
      const tools = make("div", "tools");
      tools.lang = texts.language;
      tools.setAttribute("role", "group");
      tools.setAttribute("aria-label", texts.tools);
      tools.append(button("copy", texts.copyAnswer));
      if (texts.keepsFeedback) tools.append(thumb("up", texts.good), thumb("down", texts.bad));
      const told = make("span", "told");
      told.setAttribute("aria-hidden", "true"); // it is said aloud as well
      tools.append(told);
      reply.querySelector(".answer, .refusal").after(tools);
    }
  };
  essays.looks.push(equip);

  const tell = (reply, text) => {
    const told = reply.querySelector(".told");
    told.textContent = text;
    say(text);
    setTimeout(() => { if (told.textContent === text) told.textContent = ""; }, TOLD_MS);
  };

  // --- Copying and saving

  const copy = async (reply) => {
    const text = markdown.exchange(reply);
    let isCopied = false;
    try {
      await navigator.clipboard.writeText(text); // not there without HTTPS, nor where a frame may not
      isCopied = true;
    } catch {
      const focused = document.activeElement;
      const area = make("textarea", "unseen");
      area.value = text;
      document.body.append(area);
      area.select();
      isCopied = document.execCommand("copy");
      area.remove();
      focused?.focus({ preventScroll: true });
    }
    tell(reply, isCopied ? texts.answerCopied : texts.notCopied);
  };

  const save = () => {
    const now = new Date();
    const [year, ...rest] = [now.getFullYear(), now.getMonth() + 1, now.getDate(), now.getHours(), now.getMinutes()];
    const [month, day, hour, minute] = rest.map((number) => String(number).padStart(2, "0"));
    const link = make("a");
    link.href = URL.createObjectURL(new Blob([markdown.conversation(now)], { type: "text/markdown;charset=utf-8" }));
    link.download = `${texts.file}-${year}-${month}-${day}-${hour}${minute}.md`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    say(texts.saved);
  };

  // --- A verdict, sent when its reason is given or when the reader turns to something else

  let verdict = null; // { reply, thumb } that has not been sent

  const press = (reply, direction) => {
    for (const element of reply.querySelectorAll(".thumb")) {
      element.setAttribute("aria-pressed", String(element.classList.contains(direction)));
    }
  };

  const judge = (reply, direction) => {
    if (reply.querySelector(".thumb[aria-disabled]")) return;
    if (verdict?.reply !== reply) deliver();
    verdict = { reply, thumb: direction };
    press(reply, direction);
    if (reply.querySelector("form.reason")) return;
    const form = make("form", "reason");
    form.lang = texts.language;
    const label = make("label", "", texts.reason);
    const input = make("input");
    input.maxLength = MAX_REASON_CHARS;
    input.autocomplete = "off";
    label.append(input);
    const send = button("send-reason", texts.reasonSend);
    send.type = "submit";
    form.append(label, send, make("p", "note", texts.reasonNote));
    reply.querySelector(".tools").after(form);
    say(`${texts.reason} ${texts.reasonNote}`);
  };

  const deliver = async () => {
    if (!verdict) return;
    const { reply, thumb: direction } = verdict;
    verdict = null;
    const form = reply.querySelector("form.reason");
    const hadFocus = form?.contains(document.activeElement);
    const body = {
      question: markdown.question(reply),
      answer_kind: /kind-(\w+)/.exec(reply.className)[1],
      thumb: direction,
      reason: form?.querySelector("input").value.trim() ?? "",
      citations: markdown.citations(reply).map(({ source, start, end }) => ({ source, start, end })),
    };
    form?.remove();
    if (hadFocus) reply.querySelector(`.thumb.${direction}`).focus();
    let isKept = false;
    try {
      const response = await fetch(new URL("api/feedback", document.baseURI), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
        keepalive: true,
      });
      isKept = response.ok;
    } catch {
      isKept = false;
    }
    if (isKept) for (const element of reply.querySelectorAll(".thumb")) element.setAttribute("aria-disabled", "true");
    else press(reply, "");
    tell(reply, isKept ? texts.thanks : texts.notJudged);
  };

  document.addEventListener("click", (event) => {
    const reply = event.target.closest?.("#conversation .reply");
    const pressed = event.target.closest?.("button");
    if (pressed?.matches("#save")) save();
    else if (reply && pressed?.matches(".copy")) copy(reply);
    else if (reply && pressed?.matches(".thumb")) judge(reply, pressed.matches(".up") ? "up" : "down");
    else if (verdict && reply !== verdict.reply) deliver();
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form.reason")) return;
    event.preventDefault();
    deliver();
  });
  document.addEventListener("focusin", (event) => {
    if (verdict && !verdict.reply.contains(event.target)) deliver();
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !event.target.closest?.("form.reason")) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // an open essay stays open
    deliver();
  }, true);
  addEventListener("pagehide", deliver);
})();
