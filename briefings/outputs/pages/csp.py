"""The content security policy: what a page may load. Nothing here ever leaves the site.

The same words go into the `<meta>` of every page (for hosts that send no headers) and into
`_headers`. Neither inline scripts nor inline styles are allowed, so templates have no `style=`;
a JSON-LD block is data and is not affected. Follows CSP Level 3.
"""

from __future__ import annotations

#: Pages connect to nothing. But Lighthouse fetches robots.txt in the name of the page it judges;
#: without `connect-src` it takes that file for broken.
_RULES = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self'",
    "script-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
}


def _written(rules: dict[str, str]) -> str:
    return "; ".join(f"{name} {value}" for name, value in rules.items())


CSP = _written(_RULES)
#: The search page alone runs WebAssembly (Pagefind).
CSP_SEARCH = _written(_RULES | {"script-src": "'self' 'wasm-unsafe-eval'"})
