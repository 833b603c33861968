// What the parts of the essay panel are made of. Text is set as text, never as HTML.

export const texts = JSON.parse(document.getElementById("texts").textContent);

/** `text` with each {name} in it replaced by its value. */
export const phrase = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

/** An element with a class and text; both may be left out. */
export const make = (tag, className, text) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
};

const ICONS = {
  back: "M15 5l-7 7 7 7",
  on: "M9 5l7 7-7 7",
  up: "M5 15l7-7 7 7",
  down: "M5 9l7 7 7-7",
  clear: "M6 6l12 12M18 6L6 18",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  search: "M15.500 15.500L20 20M17 10.500a6.500 6.500 0 1 1-13 0 6.500 6.500 0 0 1 13 0z",
};

/** A line drawing that says nothing to a screen reader. */
export const icon = (name) => {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  drawing.append(path);
  return drawing;
};

/** A button that shows a drawing and is named by `label`; `keys` are its aria-keyshortcuts. */
export const iconButton = (className, drawing, label, keys = "") => {
  const button = make("button", className);
  button.type = "button";
  button.title = label;
  button.setAttribute("aria-label", label);
  if (keys) button.setAttribute("aria-keyshortcuts", keys);
  button.append(icon(drawing));
  return button;
};
