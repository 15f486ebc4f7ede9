// Live updates and protection against a double click. Every page works without this file.
"use strict";

// A region with data-live is read again every so many seconds while the page is looked at.
for (const region of document.querySelectorAll("[data-live]")) {
  const every = Number(region.dataset.live) * 1000;
  setInterval(async () => {
    if (document.hidden || region.contains(document.activeElement)) return;
    try {
      const answer = await fetch(location.href, { headers: { "X-Live": "1" } });
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(region.id);
      if (fresh && fresh.innerHTML !== region.innerHTML) region.innerHTML = fresh.innerHTML;
    } catch {
      // The next turn asks again; the page says of when it is.
    }
  }, every);
}

// For another language the page is made anew: what is typed into its other forms goes along.
document.addEventListener("submit", (event) => {
  if (!event.submitter?.formAction.includes("speak=")) return;
  for (const other of document.querySelectorAll("main form[id]")) {
    if (other === event.target) continue;
    for (const [name, value] of new FormData(other)) {
      const kept = Object.assign(document.createElement("input"), { type: "hidden", value });
      kept.name = `${other.id}:${name}`;
      if (name !== "forms" && other.method === "post") event.target.append(kept);
    }
  }
});

// A form that was sent is not sent again by a second click.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
});
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
