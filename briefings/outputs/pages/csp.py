"""The content security policy of the pages. Nothing is loaded from other sites.

The same policy is in the `<meta>` of every page (for hosts that send no headers) and in `_headers`.
Inline scripts and inline styles are not allowed, so templates have no `style=`; a JSON-LD block is
data and is not affected. Follows CSP Level 3.
"""

from __future__ import annotations

#: Pages connect to nothing. But Lighthouse fetches robots.txt from the page it audits and reports
#: that file as invalid if `connect-src` does not allow it.
_RULES = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self'",
    "manifest-src": "'self'",
    "script-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
}


def _written(rules: dict[str, str]) -> str:
    return "; ".join(f"{name} {value}" for name, value in rules.items())


CSP = _written(_RULES)
#: Only the search page runs WebAssembly (Pagefind).
CSP_SEARCH = _written(_RULES | {"script-src": "'self' 'wasm-unsafe-eval'"})
