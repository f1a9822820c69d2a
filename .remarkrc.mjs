// Marks what is wrong in the front matter of Markdown files while typing, in editors that know remark.
// Needs Node; docs/editors.md ("Help while typing") has the command that installs it.
import frontmatter from 'remark-frontmatter';
import schema from 'remark-lint-frontmatter-schema';

const schemas = {
  '.vscode/schema/briefing.json': ['content/briefings/*/*.md'],
  '.vscode/schema/page.json': ['content/pages/*.md'],
  '.vscode/schema/topic.json': ['content/topics/*.md'],
  '.vscode/schema/trust.json': ['content/trusts/*.md'],
};

export default {plugins: [frontmatter, [schema, {schemas}]]};
