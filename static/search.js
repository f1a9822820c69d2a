// Search by name (names.js) and in the whole text (Pagefind), each loaded when somebody asks for something.
const form = document.getElementById("search");
const { q } = form.elements;
const status = form.querySelector("[role=status]");
const narrow = form.querySelector("details");
const named = document.getElementById("named");
const found = document.getElementById("found");
const list = found.querySelector("ol");
const more = found.querySelector("button");

const FILTERS = ["Kind", "Trust", "Regulator", "Rating", "Topic", "Year", "Status", "Answer", "No record since"];
const AT_ONCE = 10;
const MOST_NAMES = 5;
const given = new URLSearchParams(location.search);

let index, names, timer;
let results = []; // not yet shown
let turn = 0; // the newest search; slower earlier ones are dropped

function make(tag, className, ...children) {
  const element = Object.assign(document.createElement(tag), { className });
  element.append(...children);
  return element;
}

async function load() {
  status.textContent = "Loading …";
  const { createInstance } = await import(form.dataset.index);
  // A worker would need a security policy of its own.
  const pagefind = createInstance({ noWorker: true });
  offer(await pagefind.filters());
  status.textContent = "";
  return pagefind;
}

function offer(filters) {
  const fieldset = form.querySelector("fieldset");
  for (const name of fieldset.elements.length ? [] : FILTERS.filter((each) => filters[each])) {
    const select = make("select", "", new Option("Any", ""));
    select.name = parameter(name);
    const values = Object.keys(filters[name]).sort(new Intl.Collator("en-GB").compare);
    if (name === "Year") values.reverse();
    select.append(...values.map((value) => new Option(value)));
    if (values.includes(given.get(select.name))) select.value = given.get(select.name);
    const label = name === "Trust" ? form.dataset.trust : name;
    fieldset.append(make("label", "", label, select));
  }
}

const parameter = (name) => name.toLowerCase().replaceAll(" ", "-");

function chosen() {
  const values = FILTERS.map((name) => [name, form.elements[parameter(name)]?.value]);
  return Object.fromEntries(values.filter(([, value]) => value));
}

function remember() {
  const asked = [...new FormData(form)].filter(([, value]) => value.trim());
  const query = String(new URLSearchParams(asked));
  history.replaceState(null, "", query ? `?${query}` : location.pathname);
}

async function search(typing = false) {
  const mine = ++turn;
  clearTimeout(timer);
  try {
    const words = q.value.trim();
    const [pagefind, { find, searched }] = await Promise.all([index ??= load(), names ??= loadNames()]);
    if (mine !== turn) return;
    remember();
    showNames(words, find(q.value, typing));
    const filters = chosen();
    const isAsked = words || Object.keys(filters).length;
    const asked = searched(words);
    const answer = isAsked ? await pagefind.search(asked.join(" ") || null, { filters }) : { results: [] };
    const hits = await isOf(asked, answer.results) ? answer.results : [];
    const first = await next(hits, mine);
    if (mine !== turn) return;
    list.replaceChildren(...first);
    found.hidden = !first.length;
    status.textContent = isAsked ? counted(hits.length, words) : "";
  } catch {
    if (mine === turn) failed();
  }
}

async function loadNames() {
  const { load, searched } = await import(form.dataset.script);
  return { ...await load(form), searched };
}

function showNames(words, matches) {
  const [heading, none, hits] = named.children;
  named.hidden = !words;
  heading.textContent = matches[0]?.guessed ? "Did you mean" : "By name";
  none.hidden = matches.length > 0;
  hits.replaceChildren(...matches.slice(0, MOST_NAMES).map(({ entry, name }) => {
    const note = name.name === entry.title ? entry.kind : `${name.what} ${name.name}`.trim();
    const link = Object.assign(make("a", "", entry.title), { href: entry.url });
    return make("li", "", link, " ", make("small", "", note));
  }));
}

// Whether results have each word. For a word that is nowhere Pagefind takes the longest beginning of it that
// is somewhere, so that "Notingham" gives "not".
async function isOf(asked, hits) {
  if (!asked.length || !hits.length) return true;
  const { content, locations, meta } = await hits[0].data();
  const all = content.split(/\s+/);
  const words = `${meta.title} ${locations.map((place) => all[place]).join(" ")}`.toLowerCase();
  const isThere = (word) => words.split(/[^\p{L}\p{N}]+/u).some((other) => other.startsWith(word.slice(0, Math.max(3, word.length - 3))));
  return asked.every(isThere);
}

function counted(count, words) {
  const number = count ? count.toLocaleString("en-GB") : "No";
  return `${number} ${count === 1 ? "result" : "results"}${words && ` for “${words}”`}`;
}

function failed() {
  index = names = undefined;
  status.textContent = "Search does not work at the moment. Please use the lists below.";
}

// The first cards of what is left to show; none where a newer search has begun.
async function next(left, mine) {
  const some = await Promise.all(left.slice(0, AT_ONCE).map((one) => one.data()));
  if (mine !== turn) return [];
  results = left.slice(AT_ONCE);
  more.hidden = !results.length;
  return some.map(card);
}

function card({ url, meta, filters, content, excerpt, plain_excerpt: plain }) {
  const link = Object.assign(make("a", "", meta.title), { href: url });
  // `rating` says of what each grade is and what came after it; the filter has the bare grades.
  const facts = [meta.date, meta.rating].filter(Boolean);
  return make("li", "card",
    make("p", "kicker", [...filters.Kind, ...filters.Trust].join(" · ")),
    make("h3", "", link),
    make("p", "",
      content.startsWith(plain) ? "" : "… ", ...marked(excerpt), content.endsWith(plain) ? "" : " …"),
    make("p", "meta", ...facts.map((fact) => make("span", "", fact))));
}

// Text with < and > escaped and <mark> around the words found: taken apart, never read as HTML.
function marked(excerpt) {
  return excerpt.split(/<\/?mark>/).map((part, place) => {
    const words = part.replaceAll("&lt;", "<").replaceAll("&gt;", ">");
    return place % 2 ? make("mark", "", words) : words;
  });
}

async function showMore() {
  const cards = await next(results, ++turn);
  list.append(...cards);
  cards[0]?.querySelector("a").focus();
}

form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(search, 250, true);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  search();
});
more.addEventListener("click", () => showMore().catch(failed));
narrow.addEventListener("toggle", () => {
  if (narrow.open) (index ??= load()).catch(failed);
});

q.value ||= given.get("q") ?? "";
narrow.open = FILTERS.some((name) => given.get(parameter(name)));
if (q.value.trim() || narrow.open) search();
