// What is pasted from Word or a web page into a text of the editor becomes Markdown: paragraphs, lists, bold, italics, links.
(() => {
  "use strict";

  const LEFT_OUT = /^(STYLE|SCRIPT|META|TITLE|LINK|XML|O:P|IMG|SVG)$/;
  const BLOCKS = /^(P|DIV|H[1-6]|TR|BLOCKQUOTE|SECTION|ARTICLE|UL|OL|TABLE)$/;
  // Lists of lines, which are no Markdown.
  const LINES = /(^|\.)(keywords|procedures|related|procedure_labels)$/;

  const wrapped = (mark, text) => {
    const words = text.trim();
    return words ? text.replace(words, () => mark + words + mark) : text;
  };
  const isPlain = (node) => /font-(weight|style):\s*normal/.test(node.getAttribute("style") || "");
  const inner = (node) => [...node.childNodes].map(markdown).join("");

  const markdown = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data.replace(/\s+/g, " ");
    if (node.nodeType !== Node.ELEMENT_NODE || LEFT_OUT.test(node.tagName.toUpperCase())) return "";
    const text = inner(node);
    const name = node.tagName.toUpperCase();
    if (name === "BR") return "\n";
    if (name === "LI") return `\n- ${text.trim()}`;
    if (name === "TD" || name === "TH") return `${text.trim()} `;
    if (BLOCKS.test(name)) return `\n\n${text.trim()}\n\n`;
    if ((name === "B" || name === "STRONG") && !isPlain(node)) return wrapped("**", text);
    if ((name === "I" || name === "EM") && !isPlain(node)) return wrapped("*", text);
    const href = name === "A" && node.getAttribute("href");
    return href && /^(https:\/\/|\/)/.test(href) && text.trim() ? `[${text.trim()}](${href})` : text;
  };

  const clean = (html) => markdown(new DOMParser().parseFromString(html, "text/html").body)
    .replace(/^[ \t]*[·•▪§][ \t\u00a0]*/gm, "- ") // Word's bullets are letters
    .replace(/[ \t\u00a0]+/g, " ")
    .replace(/ *\n */g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .replace(/(^- .*)\n\n(?=- )/gm, "$1\n")
    .trim();

  document.addEventListener("paste", (event) => {
    const { target, clipboardData } = event;
    const html = clipboardData && clipboardData.getData("text/html");
    if (!html || !target.matches("[data-editor] textarea") || LINES.test(target.name)) return;
    event.preventDefault();
    target.setRangeText(clean(html), target.selectionStart, target.selectionEnd, "end");
    target.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
