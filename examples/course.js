// What a course page can do with the widget: ask a question in it, and hear that an answer has come.
"use strict";

const chat = window.essayAssistant; // there once widget.js has run; both scripts are deferred, so in this order
const status = document.getElementById("status");

for (const button of document.querySelectorAll(".ask")) {
  button.disabled = !chat;
  button.addEventListener("click", () => chat.ask(button.textContent));
}
chat?.addEventListener("answer", ({ detail }) => {
  status.textContent = detail.citations ? `Beantwoord met ${detail.citations} citaten.` : "";
});
