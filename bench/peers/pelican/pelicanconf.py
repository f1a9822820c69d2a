"""Pelican's settings: the same pages, lists and feeds as the others; its content cache is on."""

SITENAME = "Inspection Briefings"
SITEURL = "https://briefings.example.org"
PATH = "content"
ARTICLE_PATHS = ["briefings"]
PAGE_PATHS: list[str] = []
STATIC_PATHS = ["../extra"]
EXTRA_PATH_METADATA = {"../extra/style.css": {"path": "style.css"}}
TIMEZONE = "UTC"
DEFAULT_LANG = "en"
AUTHOR = "Inspectors"
THEME = "theme"

ARTICLE_URL = "briefings/{slug}/"
ARTICLE_SAVE_AS = "briefings/{slug}/index.html"
CATEGORY_URL = "trusts/{slug}/"
CATEGORY_SAVE_AS = "trusts/{slug}/index.html"
TAG_URL = "topics/{slug}/"
TAG_SAVE_AS = "topics/{slug}/index.html"
AUTHOR_SAVE_AS = ""
AUTHORS_SAVE_AS = ""
ARCHIVES_SAVE_AS = ""
DIRECT_TEMPLATES = ["index", "categories", "tags"]
CATEGORIES_SAVE_AS = "trusts/index.html"
TAGS_SAVE_AS = "topics/index.html"
PAGINATED_TEMPLATES = {"index": 50}
DEFAULT_PAGINATION = 50
PAGINATION_PATTERNS = [
    (1, "/", "index.html"),
    (2, "/page/{number}/", "page/{number}/index.html"),
]

FEED_DOMAIN = SITEURL
FEED_ALL_RSS = "feed.xml"
FEED_ALL_ATOM = None
CATEGORY_FEED_ATOM = None
CATEGORY_FEED_RSS = "trusts/{slug}/feed.xml"
TRANSLATION_FEED_ATOM = None
AUTHOR_FEED_ATOM = None
AUTHOR_FEED_RSS = None
FEED_MAX_ITEMS = 50
RSS_FEED_SUMMARY_ONLY = True

DELETE_OUTPUT_DIRECTORY = False
CACHE_CONTENT = True
LOAD_CONTENT_CACHE = True
CHECK_MODIFIED_METHOD = "mtime"
CONTENT_CACHING_LAYER = "generator"
MARKDOWN = {
    "extensions": [
        f"markdown.extensions.{name}"
        for name in ("meta", "tables", "footnotes", "toc", "smarty", "attr_list")
    ],
    "extension_configs": {},
    "output_format": "html5",
}
PLUGINS = ["pelican.plugins.sitemap"]
SITEMAP = {"format": "xml"}
