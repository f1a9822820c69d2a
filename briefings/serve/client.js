// Added to every page by the preview, and to none that is published: reloads the page once
// something newer is to be seen, and lays what is wrong over it until it is mended.
(() => {
  "use strict";
  const own = document.currentScript;
  const base = new URL(".", own.src);
  let events = null;
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

  const hear = (message) => {
    const news = JSON.parse(message.data);
    if (news.page === own.dataset.page) lay(news.problems);
    else location.reload();
  };

  // A browser allows six connections to a host: windows out of sight leave theirs to others.
  const follow = () => {
    if (document.hidden && events) {
      events.close();
      events = null;
    } else if (!document.hidden && !events) {
      events = new EventSource(new URL("events", base));
      events.addEventListener("message", hear);
    }
  };

  document.addEventListener("visibilitychange", follow);
  follow();
})();
