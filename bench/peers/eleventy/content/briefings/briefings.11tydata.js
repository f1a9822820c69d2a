export default {
  layout: "briefing.njk",
  permalink: (data) => `/briefings/${data.page.fileSlug}/`,
};
