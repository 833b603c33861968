// Answers and conversations as Markdown, with their quotes, sources and places: to copy and to save.
"use strict";

(() => {
  const { texts } = essays;

  // The words stay the words: "1986. Een jaar" is no list, "<T>" no tag and "$5" no formula.
  const literal = (text) =>
    text.replace(/\s+/g, " ").trim()
      .replace(/[\\`*_[\]<>#|~$&]/g, "\\$&")
      .replace(/^(\d{1,9})([.)])/, "$1\\$2")
      .replace(/^[-+=]/, "\\$&");

  const place = (href) => {
    const [source, start, end] = href.slice(texts.link.length).split("/");
    return { source: decodeURIComponent(source), start: Number(start), end: Number(end) };
  };
  const address = (href) => new URL(href, document.baseURI).href;

  // { number, href, source, start, end, title, heading, page } for each number of an answer.
  const citations = (reply) =>
    [...reply.querySelectorAll("a.citation")].map((link) => {
      const number = Number(link.lastChild.textContent);
      const href = link.getAttribute("href");
      const row = [...reply.querySelectorAll(".sources li")].find((one) =>
        one.querySelector(".numbers").textContent.split(",").map(Number).includes(number));
      const [title, heading, page] = ["a", ".heading", ".page .short"].map((part) => row?.querySelector(part)?.textContent ?? "");
      return { number, href, title, heading, page, ...place(href) };
    });

  const quote = (excerpt, { number, href }) => {
    const parts = [...excerpt.querySelectorAll("p, li")];
    const lines = parts.map((part, index) => {
      const isPoint = part.matches("li") && !part.parentElement.matches(".counted");
      const mark = index === parts.length - 1 ? ` [\\[${number}\\]](${address(href)})` : "";
      return `> ${isPoint ? "- " : ""}${literal(part.textContent)}${mark}`;
    });
    return lines.join("\n>\n");
  };

  const source = ({ number, href, title, heading, page, source: file, start, end }) => {
    const name = [title, heading].filter(Boolean).map(literal).join(" › ");
    return `- \\[${number}\\] ${name} ([${[file, page].filter(Boolean).map(literal).join(", ")}, ${texts.characters} ${start}–${end}](${address(href)}))`;
  };

  const answer = (reply) => {
    const said = reply.querySelector(".answer, .refusal");
    const frame = said.querySelectorAll(said.matches(".answer") ? ".frame p" : "p");
    const cited = citations(reply);
    const quotes = [...said.querySelectorAll(".excerpt")].map((excerpt, index) => quote(excerpt, cited[index]));
    const blocks = [...[...frame].map((line) => literal(line.textContent)), ...quotes];
    if (cited.length) blocks.push(`${texts.sources}:`, cited.map(source).join("\n"));
    return blocks.join("\n\n");
  };

  // The question that a reply stands under, its line ends as they were.
  const question = (reply) => {
    const asked = [...document.querySelectorAll("#conversation .question")];
    const above = asked.filter((one) => one.compareDocumentPosition(reply) & Node.DOCUMENT_POSITION_FOLLOWING);
    return above.at(-1)?.innerText ?? "";
  };

  const exchange = (reply) => `**${literal(question(reply))}**\n\n${answer(reply)}\n`;

  // Every question that got a reply, with it; what the program said of itself is left out.
  const conversation = (now) => {
    const when = new Intl.DateTimeFormat(texts.language, { dateStyle: "long", timeStyle: "short" }).format(now);
    const parts = [`# ${literal(texts.title)}`, `${texts.savedOn.replace("{date}", when)}, ${document.baseURI}`];
    for (const reply of document.querySelectorAll("#conversation .reply")) {
      parts.push(`## ${literal(question(reply))}`, answer(reply));
    }
    return `${parts.join("\n\n")}\n`;
  };

  essays.markdown = { exchange, conversation, citations, question };
})();
