// The names in /search/names.json: match what is typed with them, exactly or misspelt, and suggest them in a box. Every word must be in one
// name or beside it in a place, so that what is not covered gives nothing. See docs/search.md.

// Words that say nothing about what is looked for, and words of questions about it.
const STOP = `a about after again all an and any are at be been before being by can could did do does enough for from
  get give had has have how i if in into is it its many me mean means much my near no of on or our run runs
  should show tell that the their them there they this to under up us was we were what when where which who
  whose why will with would you your`;
const ASKED = `bad best cqc good grade grades inspected inspection inspections inspector inspectors latest
  newest news problem problems rate rated rating ratings report reported reports review safe safety score
  worst`;
const FULL_POSTCODE = /\b([a-z]{1,2}\d[a-z\d]?) ?\d[a-z]{2}\b/gi;
// Letters that are written for each other. Other letters are another place: Prestwick, Prestwich.
const SAME_SOUND = ["aeiouy", "ckqx", "csz", "fpv", "gj", "dt", "mn", "bp", "vw"];

export function words(text) {
  return text.normalize("NFKD").replace(/[\u0300-\u036f'’]/g, "").replaceAll("&", " and ").toLowerCase()
    .replace(/\bs\.? ?(?=\d)/g, "section ").replace(/\breg\.? ?(?=\d)/g, "regulation ")
    .match(/[\p{L}\p{N}]+/gu) ?? [];
}

const stop = new Set(words(STOP));

// The words of a text without those of no meaning, if there are others.
export function searched(text) {
  const all = words(text), some = all.filter((word) => !stop.has(word));
  return some.length ? some : all;
}

// `find` returns the matches of a query, best first, and `none` are the words where there are none. While somebody is `typing`, the last word
// may be the beginning of one. Matches of misspelt words, given only where there are no others, are `guessed`.
export async function load(form) {
  const { trusts, pages, none } = await (await fetch(new URL("names.json", form.action))).json();
  const entries = [...trusts.map((trust) => ({ ...trust, isTrust: true })), ...pages].map(prepared);
  const named = entries.slice(0, trusts.length).map(({ names }) => names.filter(({ isPlace }) => !isPlace));
  const common = repeated(named.map(([{ words }]) => words), Math.max(3, (trusts.length + 1) / 2));
  const shared = repeated(named.map((names) => names.flatMap(({ words }) => words)), 2);
  for (const name of named.flat()) name.own = name.words.filter((word) => !shared.has(word));
  const ignored = [new Set([...stop, ...common, ...words(ASKED)]), stop, new Set()];
  return { none, find };

  function find(query, typing = false) {
    const typed = words(query.replace(FULL_POSTCODE, "$1"));
    const asked = ignored.map((set) => typed.filter((word) => !set.has(word))).find((some) => some.length) ?? [];
    const last = typing && /[\p{L}\p{N}]$/u.test(query) ? typed.at(-1) : "";
    const begins = (word, other) => same(word, other) || (word === last && isBeginning(word, other));
    for (const [rate, alike] of [[complete, begins], [contained, same], [complete, near]]) {
      const matches = asked.length ? entries.flatMap((entry) => rate(entry, asked, alike, typing)) : [];
      if (matches.length) {
        matches.sort((one, other) => other.score - one.score);
        return matches.map((match) => ({ ...match, guessed: alike === near }));
      }
    }
    return [];
  }
}

// Beside a name, its places may be named, and beside the title and the short name what kind of trust it is.
function prepared({ kind, names, places = [], ...entry }) {
  const others = places.flatMap(searched);
  const parted = ([name, what], place) =>
    ({ name, what, words: searched(name), beside: place < 2 ? [...others, ...searched(kind)] : others });
  return {
    ...entry, kind, title: names[0][0],
    names: [...names.map(parted), ...places.map((name) => ({ ...parted([name, ""]), isPlace: true }))],
  };
}

// Words that are in so many of the lists, or more.
function repeated(lists, least) {
  const all = lists.flatMap((list) => [...new Set(list)]);
  return new Set(all.filter((word) => all.filter((other) => other === word).length >= least));
}

// The entry, if one of its names has the words that are asked for, with the best such name. Words of other trusts
// are not enough beside a place ("Norwich hospital"), nor a part of a place, save while typing ("Hill").
function complete(entry, asked, alike, typing) {
  const scored = entry.names.map((name, place) => {
    const count = asked.filter((word) => has(name.words, word, alike)).length;
    const beside = asked.some((word) => has(name.own ?? name.words, word, alike)) ? name.beside : [];
    const isWhole = count >= (name.isPlace && !typing ? name.words.length : 1)
      && asked.every((word) => has(name.words, word, alike) || has(beside, word, alike));
    const score = isWhole ? count / asked.length + count / name.words.length / 2 + (place ? 0 : 0.1) : 0;
    return { entry, name, score };
  });
  const best = scored.reduce((best, one) => (one.score > best.score ? one : best));
  return best.score ? [best] : [];
}

// The trust, if one of its names, of several words or an acronym, is within what is asked for.
function contained(entry, asked) {
  const isWithin = ({ name, isPlace, words }) => !isPlace && words.every((word) => asked.includes(word))
    && (words.length > 1 || /^[A-Z]{3,}$/.test(name));
  const names = entry.isTrust ? entry.names.filter(isWithin) : [];
  return names.slice(0, 1).map((name) => ({ entry, name, score: name.words.length }));
}

const has = (words, word, alike) => words.some((other) => alike(word, other));
const singular = (word) => (word.length > 5 ? word.replace(/s$/, "") : word);
const same = (word, other) => word === other || singular(word) === singular(other);
const isBeginning = (word, other) => word.length > 1 && !/\d/.test(word) && other.startsWith(word);

// Whether a word is a misspelling of another: 5 letters at least, the first one right, and one letter
// doubled, left out, changed for one of the same sound, or in its neighbour's place; two from 12 letters on.
export function near(typed, word) {
  if (same(typed, word)) return true;
  const most = typed.length < 12 ? 1 : 2;
  if (Math.min(typed.length, word.length) < 5 || typed[0] !== word[0] || /\d/.test(typed + word)) return false;
  if (Math.abs(typed.length - word.length) > most) return false;
  // Optimal string alignment: rows of the distance between the beginnings of both words.
  let older = [], before = [], row = Array.from({ length: word.length + 1 }, (_, place) => place);
  for (let i = 1; i <= typed.length; i++) {
    [older, before, row] = [before, row, [i]];
    for (let j = 1; j <= word.length; j++) {
      const swapped = typed[i - 1] === word[j - 2] && typed[i - 2] === word[j - 1];
      row[j] = Math.min(
        before[j] + 1, row[j - 1] + 1, before[j - 1] + change(typed[i - 1], word[j - 1]),
        swapped ? older[j - 2] + 1 : Infinity,
      );
    }
  }
  return row[word.length] <= most;
}

function change(letter, other) {
  if (letter === other) return 0;
  return SAME_SOUND.some((letters) => letters.includes(letter) && letters.includes(other)) ? 1 : Infinity;
}

// Suggestions for a find box: an ARIA 1.2 combobox with a list, as in GOV.UK's accessible-autocomplete.
// The focus stays in the box. Without a chosen suggestion, Enter sends the form to the search page.
const MOST = 6;

export async function suggest(form) {
  const { find, none } = await load(form);
  const input = form.elements.q, status = make("p", { role: "status" });
  const list = make("ul", { id: "suggestions", role: "listbox", ariaLabel: "Suggestions", hidden: true });
  const below = make("div", {});
  let chosen = -1;
  below.append(status, list);
  const style = make("link", { rel: "stylesheet", href: form.dataset.style });
  const styled = new Promise((done) => { style.onload = style.onerror = done; });
  form.append(below, style);
  await styled; // without its style the list would lie under the text of the page
  for (const [name, value] of Object.entries({
    "role": "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false",
    "autocapitalize": "off", "spellcheck": "false", "maxlength": "200",
  })) input.setAttribute(name, value);

  function show(matches, words = "") {
    list.replaceChildren(...matches.map((match, place) => option(match, `${list.id}-${place}`)));
    list.hidden = !matches.length;
    status.textContent = words;
    input.setAttribute("aria-expanded", String(!list.hidden));
    choose(-1);
  }

  function choose(place) {
    chosen = place;
    for (const [n, item] of [...list.children].entries()) item.ariaSelected = String(n === chosen);
    const item = list.children[chosen];
    item?.scrollIntoView({ block: "nearest" });
    if (item) input.setAttribute("aria-activedescendant", item.id);
    else input.removeAttribute("aria-activedescendant");
  }

  function look() {
    const query = input.value.trim();
    if (query.length < 2) return show([]);
    const matches = find(input.value, true).slice(0, MOST);
    show(matches, matches.length ? counted(matches) : none);
  }

  const open = (item) => { location.href = item.dataset.url; };
  const keys = {
    ArrowDown: () => choose(chosen + 1 < list.children.length ? chosen + 1 : -1),
    ArrowUp: () => choose(chosen < 0 ? list.children.length - 1 : chosen - 1),
    Enter: () => open(list.children[chosen]),
    Escape: () => show([]),
  };
  input.addEventListener("keydown", (event) => {
    const isOpen = event.key === "Escape" ? status.textContent : !list.hidden;
    if (!isOpen || event.isComposing || !(event.key in keys) || (event.key === "Enter" && chosen < 0)) return;
    event.preventDefault();
    keys[event.key]();
  });
  input.addEventListener("input", look);
  input.addEventListener("focus", look);
  input.addEventListener("blur", () => show([]));
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the focus in the box
  list.addEventListener("click", ({ target }) => open(target.closest("[role=option]")));
  if (document.activeElement === input) look();
}

function counted(matches) {
  if (matches[0].guessed) return "Did you mean:";
  return matches.length === 1 ? "1 suggestion" : `${matches.length} suggestions`;
}

function option({ entry, name }, id) {
  const note = name.name === entry.title ? entry.kind : `${name.what} ${name.name}`.trim();
  const item = make("li", { id, role: "option" });
  item.dataset.url = entry.url;
  item.append(make("b", { textContent: entry.title }), make("small", { textContent: note }));
  return item;
}

function make(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}
