// Small helps on top of pages that work without any of this: the questionnaire saves by itself,
// and the live run shows what happens as it happens.
"use strict";

// A form with `data-save` is sent in the background when a field of it was changed.
for (const form of document.querySelectorAll("form[data-save]")) {
  const saved = form.querySelector("[data-saved]");
  let pending = Promise.resolve();
  const tell = (text) => { if (saved) saved.textContent = text; };
  const save = async () => {
    tell("Saving \u2026");
    try {
      const response = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { "x-refit-save": "1" },
        credentials: "same-origin",
        redirect: "error",
      });
      if (response.ok) {
        tell("Saved.");
      } else {
        tell("Not saved: press Save to see what is wrong.");
      }
    } catch {
      tell("Not saved: the server cannot be reached. Press Save to try again.");
    }
  };
  form.addEventListener("change", (event) => {
    // Files are sent when the form is, so that none is sent twice.
    if (event.target.type !== "file") pending = pending.then(save);
  });
}

// A region with `data-events` is filled by server-sent events; their data are JSON.
const region = document.querySelector("[data-events]");
if (region && "EventSource" in window) {
  const part = (name) => region.querySelector(`[data-live="${name}"]`);
  const events = new EventSource(region.dataset.events);
  const tones = ["info", "low", "good", "care", "bad"];
  const text = (name, value) => { if (part(name)) part(name).textContent = value; };
  events.onopen = () => text("line", "shown as it happens");
  events.onerror = () => text("line", "the line is cut; trying again");
  events.addEventListener("state", (event) => {
    const { state, at, settled, total, over } = JSON.parse(event.data);
    text("state", state);
    text("at", at);
    text("count", `${settled} of ${total} steps`);
    if (part("progress")) part("progress").value = settled;
    if (over) {
      events.close();
      text("line", "it is over; reload the page to go on");
    }
  });
  events.addEventListener("step", (event) => {
    const { step, state, tone } = JSON.parse(event.data);
    for (const row of region.querySelectorAll("[data-step]")) {
      if (row.dataset.step !== step) continue;
      const tag = row.querySelector('[data-live="step"]');
      tag.textContent = state;
      tag.classList.remove(...tones);
      if (tones.includes(tone)) tag.classList.add(tone);
    }
  });
  events.addEventListener("log", (event) => {
    const log = part("log");
    const isAtEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 8;
    const lines = log.textContent.split("\n").filter((line) => line !== "");
    lines.push(JSON.parse(event.data).line);
    log.textContent = lines.slice(-200).join("\n") + "\n";
    if (isAtEnd) log.scrollTop = log.scrollHeight;
  });
}
