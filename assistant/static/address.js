// The addresses of places in essays: #bron/lefmarketing.txt/120/240, and for a link to copy a digest of the
// marked words behind it, by which it can tell that the essay was edited since.

import { texts } from "./elements.js";

/** The place that a hash names, { broken: true } where it names none, null where it is no link to an essay. */
export const parse = (hash) => {
  if (!hash.startsWith(texts.link)) return null;
  const match = /^([^/]+)(?:\/(\d{1,12})\/(\d{1,12})(?:\/([0-9a-f]{8}))?)?$/.exec(hash.slice(texts.link.length));
  if (!match) return { broken: true };
  const [, source, start = "0", end = "0", check = ""] = match;
  try {
    return { source: decodeURIComponent(source), start: Number(start), end: Number(end), check };
  } catch {
    return { broken: true };
  }
};

export const isSame = (one, other) =>
  Boolean(one && other) && one.source === other.source && one.start === other.start && one.end === other.end;

/** A link to a place as anybody can open it: at the public address of the page, outside any frame. */
export const linkTo = ({ source, start, end }, check) => {
  // The attribute, since the page's policy blocks a base of another host: the owner may look in from this machine.
  const root = document.querySelector("base")?.getAttribute("href") ?? "./";
  const file = encodeURIComponent(source).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  return new URL(root, location.href).href + texts.link + file + (check ? `/${start}/${end}/${check}` : "");
};

/** This page's own address with another hash; the base of the page may be another one. */
export const withHash = (hash) => location.href.split("#")[0] + hash;

export const linksIn = (root) => [...root.querySelectorAll(`a[href^="${texts.link}"]`)];
export const placeOf = (link) => parse(link.getAttribute("href"));
