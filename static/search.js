// Search in the whole text. Pagefind and its index are loaded only when somebody asks for
// something; without this script the page is its lists from A to Z.
"use strict";

const form = document.getElementById("search");
const { q } = form.elements;
const status = form.querySelector("[role=status]");
const narrow = form.querySelector("details");
const found = document.getElementById("found");
const list = found.querySelector("ol");
const more = found.querySelector("button");

const FILTERS = ["Kind", "Trust", "Regulator", "Rating", "Topic", "Year"];
const AT_ONCE = 10;
const PAUSE = 250; // milliseconds without a key before we search
const byText = new Intl.Collator("en-GB", { numeric: true });
const given = new URLSearchParams(location.search);

let index; // the promise of Pagefind, once asked for
let results = [];
let turn = 0; // which search is the newest: a slower earlier one is dropped
let timer;

function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

function load() {
  index ??= import(form.dataset.index).then(async (pagefind) => {
    // A worker would need a security policy of its own; the index is small enough without.
    await pagefind.options({ noWorker: true });
    offer(await pagefind.filters());
    return pagefind;
  });
  return index;
}

function offer(filters) {
  for (const name of FILTERS.filter((each) => filters[each])) {
    const select = make("select", "", new Option("Any", ""));
    select.name = name.toLowerCase();
    const values = Object.keys(filters[name]).sort(byText.compare);
    if (name === "Year") values.reverse();
    select.append(...values.map((value) => new Option(value)));
    select.value = given.get(select.name) ?? "";
    if (select.selectedIndex < 0) select.value = "";
    narrow.querySelector("fieldset").append(make("label", "", name, select));
  }
}

function chosen() {
  const filters = {};
  for (const name of FILTERS) {
    const value = form.elements[name.toLowerCase()]?.value;
    if (value) filters[name] = value;
  }
  return filters;
}

function remember() {
  const asked = [...new FormData(form)].filter(([, value]) => value.trim());
  const query = new URLSearchParams(asked).toString();
  history.replaceState(null, "", query ? `?${query}` : location.pathname);
}

async function search() {
  const mine = ++turn;
  clearTimeout(timer);
  try {
    const pagefind = await load();
    if (mine !== turn) return;
    remember();
    const words = q.value.trim();
    const filters = chosen();
    const asked = words || Object.keys(filters).length > 0;
    const answer = asked ? await pagefind.search(words || null, { filters }) : { results: [] };
    const first = await cards(answer.results.slice(0, AT_ONCE));
    if (mine !== turn) return;
    results = answer.results.slice(AT_ONCE);
    list.replaceChildren(...first);
    found.hidden = first.length === 0;
    more.hidden = results.length === 0;
    status.textContent = asked ? counted(answer.results.length, words) : "";
  } catch {
    if (mine === turn) failed();
  }
}

function counted(count, words) {
  const number = count === 0 ? "No" : count.toLocaleString("en-GB");
  return `${number} ${count === 1 ? "result" : "results"}${words ? ` for “${words}”` : ""}`;
}

function failed() {
  status.textContent = "The search could not be loaded. The lists below have everything.";
}

async function cards(some) {
  return (await Promise.all(some.map((one) => one.data()))).map(card);
}

function card({ url, meta, filters, content, excerpt, plain_excerpt: plain }) {
  const link = make("a", "", meta.title);
  link.href = url;
  const kind = [...filters.Kind, ...(filters.Kind[0] === "Trust" ? [] : filters.Trust)];
  const facts = [meta.date, ...(filters.Rating ?? [])].filter(Boolean);
  return make("li", "card",
    make("p", "kicker", kind.join(" · ")),
    make("h3", "", link),
    make("p", "", content.startsWith(plain) ? "" : "… ", ...marked(excerpt), " …"),
    make("p", "meta", ...facts.map((fact) => make("span", "", fact))));
}

// Pagefind gives text in which < and > are escaped, with <mark> around the words found. It is
// taken apart, never read as HTML.
function marked(excerpt) {
  return excerpt.split(/<\/?mark>/).map((part, place) => {
    const words = part.replaceAll("&lt;", "<").replaceAll("&gt;", ">");
    return place % 2 ? make("mark", "", words) : words;
  });
}

async function showMore() {
  const mine = turn;
  const next = await cards(results.slice(0, AT_ONCE));
  if (mine !== turn) return;
  results = results.slice(AT_ONCE);
  list.append(...next);
  more.hidden = results.length === 0;
  next[0].querySelector("a").focus();
}

form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(search, PAUSE);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  search();
});
more.addEventListener("click", () => showMore().catch(failed));
narrow.addEventListener("toggle", () => {
  if (narrow.open) load().catch(failed);
});

q.value ||= given.get("q") ?? "";
narrow.open = FILTERS.some((name) => given.get(name.toLowerCase()));
if (q.value.trim() || narrow.open) search();
