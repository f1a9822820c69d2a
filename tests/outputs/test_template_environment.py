"""What we leave out around values and calls changes nothing that a template comes to."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from briefings.outputs.pages.environment import FastEnvironment


class Told(str):
    """Text of a kind of its own, which says itself how HTML has it."""

    def __html__(self) -> str:
        return "<i>told</i>"


class Number(int):
    """A number that is written as nobody expects."""

    def __str__(self) -> str:
        return "<1>"


VALUES: dict[str, Any] = {
    "plain": "’plain", "signs": "x<&>\"'y", "safe": Markup("<b>&amp;</b>"), "none": None,
    "number": 7, "odd": Number(3), "true": True, "exact": Decimal("2.00"), "day": date(2026, 1, 1),
    "several": [1, "<"], "told": Told("<q>"), "bytes": b"<",
}  # fmt: skip
TEMPLATES = (
    "{{ X }}",
    "{{ X|safe }}{{ X|e }}{{ X ~ '<' }}{{ [X, X]|join('<') }}",
    "{% set held %}{{ X }}<i>{% endset %}{{ held }}",
    "{% macro one(x) %}[{{ x }}]{% endmacro %}{{ one(X) }}{{ one(X)|upper }}{{ one(X) ~ '<' }}",
    "{% macro box() %}<{{ caller() }}>{% endmacro %}{% call box() %}{{ X }}{% endcall %}",
    "{% filter upper %}{{ X }}{% endfilter %}",
    "{% autoescape false %}{{ X }}{% endautoescape %}",
    "{% autoescape number %}{{ X }}{% endautoescape %}",
    "{% for x in [X] %}{{ x }}{% if loop.last %}{{ loop.index }}{% endif %}{% endfor %}",
    "{% include 'piece' %}{% from 'macros' import shown with context %}{{ shown(X) }}",
    "{{ X.missing }}",
    "{{ missing }}",
)
OTHERS = {
    "piece": "{{ signs }}{{ site }}",
    "macros": "{% macro shown(x) %}{{ x }}{{ site }}{{ signs }}{% endmacro %}",
}


def rendered(kind: type[Environment], template: str) -> str:
    loader = DictLoader({**OTHERS, "page": template})
    environment = kind(loader=loader, autoescape=True, undefined=StrictUndefined)
    environment.globals["site"] = "<site>"
    try:
        return environment.get_template("page").render(VALUES)
    except Exception as error:  # whatever it is, it should be the same
        return repr(error)


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_comes_to_what_jinja_makes_of_it(template: str, name: str) -> None:
    template = template.replace("X", name)
    assert rendered(FastEnvironment, template) == rendered(Environment, template)
