import rss from "@11ty/eleventy-plugin-rss";
import anchor from "markdown-it-anchor";
import footnote from "markdown-it-footnote";

const MONTHS = [
  "January", "February", "March", "April", "May", "June", "July",
  "August", "September", "October", "November", "December",
];

const slug = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
const long = (date) =>
  `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
const newestFirst = (api) =>
  api.getFilteredByGlob("content/briefings/*.md").sort((one, other) => other.date - one.date);

function grouped(items, key) {
  const found = new Map();
  for (const item of items) {
    for (const name of [].concat(item.data[key])) {
      if (!found.has(name)) found.set(name, []);
      found.get(name).push(item);
    }
  }
  return [...found]
    .map(([name, items]) => ({ name, slug: slug(name), items }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

export default function (config) {
  config.addPlugin(rss);
  config.amendLibrary("md", (md) => md.set({ typographer: true }).use(footnote).use(anchor));
  config.addPassthroughCopy({ "content/style.css": "style.css" });
  config.addFilter("slug", slug);
  config.addFilter("iso", (date) => date.toISOString().slice(0, 10));
  config.addFilter("long", long);
  config.addFilter("first", (items, count) => items.slice(0, count));
  config.addCollection("briefings", newestFirst);
  config.addCollection("trustList", (api) => grouped(newestFirst(api), "trust"));
  config.addCollection("topicList", (api) => grouped(newestFirst(api), "topics"));
  return {
    dir: { input: "content", includes: "../_includes", output: "_site" },
    markdownTemplateEngine: false,
    htmlTemplateEngine: "njk",
  };
}
