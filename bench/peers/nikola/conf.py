"""Nikola's settings: the same pages, lists and feeds as the others."""

from typing import Any

BLOG_AUTHOR = "Inspectors"
BLOG_TITLE = "Inspection Briefings"
SITE_URL = "https://briefings.example.org/"
BLOG_EMAIL = "press@example.org"
BLOG_DESCRIPTION = "Inspection briefings"
DEFAULT_LANG = "en"
TRANSLATIONS = {"en": ""}
THEME = "peer"
NAVIGATION_LINKS: dict[str, Any] = {"en": ()}
POSTS = (("posts/*.md", "briefings", "post.tmpl"),)
PAGES = ()
TIMEZONE = "UTC"
COMPILERS = {"markdown": (".md",)}
MARKDOWN_EXTENSIONS = [
    f"markdown.extensions.{name}" for name in ("tables", "footnotes", "toc", "smarty", "attr_list")
]
PRETTY_URLS = True
STRIP_INDEXES = True
CATEGORY_PATH = "trusts"
CATEGORY_PREFIX = ""
CATEGORIES_INDEX_PATH = ""
TAG_PATH = "topics"
CATEGORY_ALLOW_HIERARCHIES = False
CATEGORY_PAGES_ARE_INDEXES = False
TAG_PAGES_ARE_INDEXES = False
INDEX_DISPLAY_POST_COUNT = 50
FEED_LENGTH = 50
FEED_TEASERS = True
FEED_PLAIN = False
GENERATE_RSS = True
GENERATE_ATOM = False
RSS_FILENAME_BASE = "feed"
RSS_EXTENSION = ".xml"
CREATE_MONTHLY_ARCHIVE = False
SHOW_SOURCELINK = False
COPY_SOURCES = False
USE_BUNDLES = False
GALLERY_FOLDERS: dict[str, str] = {}
LISTINGS_FOLDERS: dict[str, str] = {}
IMAGE_FOLDERS: dict[str, str] = {}
DISABLED_PLUGINS = [
    "classify_archive",
    "classify_authors",
    "classify_page_index",
    "classify_sections",
    "copy_assets",
    "create_bundles",
    "redirect",
    "render_galleries",
    "render_listings",
    "render_sources",
    "robots",
    "scale_images",
]
