// Suggestions of the find box are loaded when it has the focus, which it gets where it opens.
const form = document.querySelector(".find");
const suggest = () => import(form.dataset.script).then((names) => names.suggest(form)).catch(() => {});
if (form?.matches(":focus-within")) suggest();
else form?.addEventListener("focusin", suggest, { once: true });
form?.closest("[popover]")?.addEventListener("toggle", () => form.elements.q.focus());
