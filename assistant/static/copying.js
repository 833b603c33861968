// Text to the clipboard, also where the browser keeps the clipboard to itself.

/** Whether `text` came on the clipboard. `host` is an element that can hold a field for a moment. */
export const copyText = async (text, host) => {
  try {
    await navigator.clipboard.writeText(text); // missing on a page without HTTPS, refused in some frames
    return true;
  } catch {
    return copyBySelection(text, host);
  }
};

const copyBySelection = (text, host) => {
  const focused = document.activeElement;
  const field = document.createElement("textarea");
  field.className = "unseen";
  field.readOnly = true;
  field.value = text;
  host.append(field);
  field.select();
  let isCopied = false;
  try {
    isCopied = document.execCommand("copy");
  } catch {
    isCopied = false;
  }
  field.remove();
  focused?.focus({ preventScroll: true });
  return isCopied;
};
