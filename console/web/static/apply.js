// What the pages of applications have beyond HTML: focus on what is wrong, further questions, print.
"use strict";

document.querySelector("[data-focus]")?.focus();

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// An answer on which further questions depend has the form made anew; what was typed goes with it.
const fields = document.getElementById("fields");
fields?.addEventListener("change", async (event) => {
  if (!event.target.closest("[data-decides]")) return;
  const form = fields.closest("form");
  const typed = new FormData(form);
  typed.set("do", "change");
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(typed) });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("fields");
    if (!fresh) return;
    for (const name of new Set(new FormData(form).keys())) {
      const now = new FormData(form).get(name);
      if (now !== typed.get(name) && name !== "do") return; // typed on meanwhile: nothing is lost
    }
    const focused = document.activeElement?.id;
    fields.replaceChildren(...fresh.childNodes);
    if (focused) document.getElementById(focused)?.focus();
  } catch {
    // Without an answer the next page asks for the rest.
  }
});
