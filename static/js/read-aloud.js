// Reads a part of the page aloud. site.js shows the buttons where there is a voice, and fetches this at the first press.
(() => {
  "use strict";

  const speech = window.speechSynthesis;
  let reading = null;

  // The label and its data attribute change places: "Đọc to" and "Dừng đọc".
  const swapLabel = (button) => {
    const label = button.querySelector("span") || button;
    const next = button.dataset.labelStop;
    button.dataset.labelStop = label.textContent;
    label.textContent = next;
  };

  const stop = () => {
    if (reading) swapLabel(reading.button);
    reading = null;
    speech.cancel();
  };

  // What is visible, without the buttons; sentence by sentence, because some engines fall silent in a long text.
  const sentencesOf = (target) =>
    [...target.querySelectorAll(":scope > :not(.prints)")]
      .map((part) => part.innerText)
      .join("\n")
      .replace(/([.!?…:;])\s+/g, "$1\n")
      .split("\n")
      .filter((part) => part.trim());

  const read = (button) => {
    const target = document.querySelector(button.dataset.readAloud);
    const { lang } = target.closest("[lang]");
    const voice = speech.getVoices().find((one) => one.lang.toLowerCase().startsWith(lang));
    const sentences = sentencesOf(target);
    if (!sentences.length) return;
    stop();
    const mine = (reading = { button });
    swapLabel(button);
    sentences.forEach((sentence, index) => {
      const utterance = new SpeechSynthesisUtterance(sentence);
      utterance.lang = lang;
      utterance.voice = voice || null;
      if (index === sentences.length - 1) utterance.onend = () => reading === mine && stop();
      speech.speak(utterance);
    });
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-read-aloud]");
    if (!button) return;
    if (reading?.button === button) stop();
    else read(button);
  });
  window.addEventListener("pagehide", stop);
})();
