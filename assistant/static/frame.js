// The elements of the essay panel, before anything is in it.

import { icon, iconButton, make, texts } from "./elements.js";
import { makeFind } from "./find.js";

const plainButton = (className, text) => {
  const button = make("button", className, text);
  button.type = "button";
  return button;
};

/** The panel and those of its parts that change. */
export const makeFrame = () => {
  const panel = make("div", "essay");
  panel.id = "essay";
  panel.tabIndex = -1;
  panel.hidden = true;
  panel.setAttribute("aria-labelledby", "essay-title");

  const title = make("h2");
  title.id = "essay-title";
  const path = make("p", "place");
  const origin = make("p", "origin");
  const address = make("p", "address"); // on paper alone
  const names = make("div", "names");
  names.append(title, path, origin, address);
  const close = plainButton("close", texts.close);

  const back = iconButton("back", "back", texts.previousSource, "p Alt+ArrowUp");
  const here = plainButton("here");
  const on = iconButton("on", "on", texts.nextSource, "n Alt+ArrowDown");
  const steps = make("div", "steps");
  steps.append(back, here, on);
  const copy = plainButton("copy");
  copy.title = texts.copyLink;
  copy.setAttribute("aria-label", texts.copyLink);
  copy.append(icon("link"), make("span", "", texts.copyLink));

  const body = make("div", "text");
  body.tabIndex = 0; // the text scrolls: the keyboard must reach it
  body.setAttribute("role", "document");
  body.setAttribute("aria-labelledby", "essay-title");
  const column = make("div", "column");
  body.append(column);

  const told = make("p", "unseen"); // to a screen reader
  const said = make("div", "said"); // to everybody
  for (const region of [told, said]) region.setAttribute("role", "status");
  const announce = (line) => {
    told.textContent = ""; // the same line again is said again
    requestAnimationFrame(() => {
      told.textContent = line;
    });
  };

  const find = makeFind(body, announce);
  const tools = make("div", "tools");
  tools.append(steps, find.row, copy);
  const head = make("div", "head");
  head.append(names, close, tools);
  panel.append(head, body, said, told);
  return {
    panel, title, path, origin, address, close, tools, steps, back, here, on, copy, body, column, said, announce, find,
  };
};
