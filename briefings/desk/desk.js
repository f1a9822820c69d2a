// While someone types: the faults beside their fields and the text as it will look, both asked from
// the server. Nothing is saved. Without this script the buttons "Save" and "Check" show the same.
const form = document.querySelector("main form[method=post]");
const summary = document.getElementById("@faults");

if (form && summary) {
  let timer, running, changed = false;

  const paragraph = ([message, hint]) => {
    const made = document.createElement("p");
    made.append(message);
    if (hint) {
      const span = document.createElement("span");
      span.className = "hint";
      span.append(hint);
      made.append(document.createElement("br"), span);
    }
    return made;
  };

  const show = ({ faults, top, preview }) => {
    const list = summary.querySelector("ul");
    const items = [];
    for (const place of document.querySelectorAll(".faults")) {
      const name = place.id.slice(0, -1), found = faults[name] || [];
      place.replaceChildren(...found.map(paragraph));
      const input = document.getElementById(name);
      if (input?.matches("input, select, textarea")) {
        if (found.length) input.setAttribute("aria-invalid", "true");
        else input.removeAttribute("aria-invalid");
      }
      for (const [message, , where] of found) {
        const link = document.createElement("a");
        link.href = `#${document.getElementById(name) ? name : `${name}/`}`;
        link.append(`${where}: ${message}`);
        items.push(link);
      }
    }
    items.push(...top);
    list.replaceChildren(...items.map((item) => {
      const row = document.createElement("li");
      row.append(item);
      return row;
    }));
    for (const other of summary.querySelectorAll(":scope > p, ul + ul")) other.remove();
    summary.querySelector("h2").textContent = items.length === 1 ? "1 fault" : `${items.length} faults`;
    summary.hidden = !items.length;
    const shown = document.getElementById("@preview");
    if (shown) shown.innerHTML = preview; // safe HTML: the server renders and cleans it as for the site
  };

  const ask = async () => {
    running?.abort();
    running = new AbortController();
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(`${location.pathname}?dry=1`, { method: "POST", body, signal: running.signal });
      if (answer.ok) show(await answer.json());
    } catch { /* stopped by the next question, or the desk is closed: "Save" will say so */ }
  };

  form.addEventListener("input", () => {
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(ask, 700);
  });
  form.addEventListener("submit", () => { changed = false; });
  addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}
