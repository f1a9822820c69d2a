// Added to every page by the preview, and to none that is published: reloads the page once
// something newer is to be seen, and lays what is wrong over it until it is mended.
(() => {
  "use strict";
  const own = document.currentScript;
  const base = new URL(".", own.src);
  let news = null;
  let cover = null;

  const element = (name, text = "") => Object.assign(document.createElement(name), { textContent: text });

  const lay = (problems) => {
    if (cover) cover.remove();
    cover = null;
    if (!problems.length || own.dataset.page.includes("faults")) return;
    cover = element("div");
    cover.id = "preview-faults";
    const shadow = cover.attachShadow({ mode: "open" });
    const style = Object.assign(element("link"), { rel: "stylesheet", href: new URL("preview.css", base) });
    const box = element("section");
    box.setAttribute("role", "alert");
    const close = element("button", "Hide");
    close.addEventListener("click", () => cover.remove());
    const title = problems.length === 1 ? "One fault" : `${problems.length} faults`;
    box.append(
      element("h2", `${title}: the page is as it was before`),
      ...problems.map((problem) => element("pre", problem)),
      close,
    );
    shadow.append(style, box);
    document.body.append(cover);
  };

  // A window out of sight is not reloaded before it is seen again.
  const show = () => {
    if (document.hidden || !news) return;
    if (news.page === own.dataset.page) lay(news.problems);
    else location.reload();
  };

  const hear = (message) => {
    news = JSON.parse(message.data);
    show();
  };

  if (window.SharedWorker) {
    const { port } = new SharedWorker(new URL("shared.js", base));
    port.addEventListener("message", hear);
    port.start();
    addEventListener("pagehide", () => port.postMessage("closed"));
    addEventListener("pageshow", (event) => event.persisted && location.reload());
  } else {
    new EventSource(new URL("events", base)).addEventListener("message", hear);
  }
  document.addEventListener("visibilitychange", show);
})();
