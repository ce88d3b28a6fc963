// Small helps on top of pages that work without any of this: the questionnaire saves by itself,
// and the live run shows what happens as it happens.
"use strict";

// A form with `data-save` is sent in the background when a field of it was changed, as if its
// button with `then=keep` had been pressed: the answer to that has no page.
for (const form of document.querySelectorAll("form[data-save]")) {
  const saved = form.querySelector("[data-saved]");
  let pending = Promise.resolve();
  const tell = (text) => { if (saved) saved.textContent = text; };
  const fields = () => {
    const data = new FormData(form);
    // Files are sent when the form is, so that none is sent twice.
    for (const field of form.querySelectorAll("input[type=file]")) data.delete(field.name);
    data.set("then", "keep");
    return data;
  };
  const save = async () => {
    tell("Saving \u2026");
    try {
      const response = await fetch(form.action, {
        method: "POST",
        body: fields(),
        credentials: "same-origin",
        redirect: "manual",
      });
      if (response.status === 204) {
        tell("Saved.");
      } else if (response.type === "opaqueredirect") {
        tell("Not saved: you are not logged in any more. Press Save, and log in.");
      } else {
        tell("Not everything is saved: press Save to see what is wrong.");
      }
    } catch {
      tell("Not saved: the server cannot be reached. Press Save to try again.");
    }
  };
  form.addEventListener("change", (event) => {
    if (event.target.type !== "file") pending = pending.then(save);
  });
}

// What is wrong with a form is where the reader is after sending it.
document.querySelector("[data-errors]")?.focus();

// A region with `data-events` is sent anew whenever something happens. Its parts with `data-live`
// take the place of those before if they differ, so that nothing moves under anybody's hands.
const region = document.querySelector("[data-events]");
if (region && "EventSource" in window) {
  const events = new EventSource(region.dataset.events);
  const line = region.querySelector("[data-line]");
  const tell = (text) => { if (line) line.textContent = text; };
  const replace = (part) => {
    const before = region.querySelector(`[data-live="${CSS.escape(part.dataset.live)}"]`);
    if (!before || before.outerHTML === part.outerHTML) return;
    // What somebody is typing stays.
    if (before.contains(document.activeElement) && before.querySelector("details[open]")) return;
    before.className = part.className;
    before.replaceChildren(...part.childNodes);
  };
  events.onopen = () => tell("shown as it happens");
  events.onerror = () => tell("the line is cut; trying again");
  events.addEventListener("run", (event) => {
    const sent = new DOMParser().parseFromString(event.data, "text/html");
    for (const part of sent.querySelectorAll("[data-live]")) replace(part);
    if (!sent.querySelector("[data-events]")) {
      events.close();
      tell("it goes on no more");
    }
  });
}
