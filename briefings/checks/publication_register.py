"""Nothing once public disappears silently, no id is used twice, no feed item changes its guid.

Checked against the register of publication, `content/register.csv`; without lines in it there are
no problems. Lines with a date of publication after the moment of the site are not checked for pages
that are lost or hidden.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from briefings.content.dates import show_day
from briefings.content.loader import CONFIG, REGISTER, Content, shown
from briefings.content.publication_register import Line, Thing
from briefings.content.schema import Fault
from briefings.domain.publication import Public, by_alias, is_heir, public
from briefings.domain.site import Site, visible_from
from briefings.problems import Problem

_MOMENTS = ("published", "embargo_until", "status")


def used_before(line: Line) -> str:
    """Return the message for the use of an id that was given up."""
    return f"the id `{line.id}` was used before, and its address leads to {line.leads_to}"


def register_problems(content: Content, site: Site, *, sure: bool = True) -> Iterator[Problem]:
    """Yield a problem for everything that was public before `site.now` and is lost or changed.

    `sure`: False if a briefing's events can't be read. They may be of any requirement, so no
    requirement is then reported as gone for lack of events.
    """
    if not content.register.lines:
        return
    scene = _Scene(content, site, public(site), by_alias(site), sure)
    yield from _tag(scene)
    for line in content.register.living.values():
        if line.first_published > site.now:
            continue
        if line.id in content.ids[line.kind]:
            yield from _hidden(scene, line)
        else:
            yield from _lost(scene, line)
    for line in content.register.given_up.values():
        yield from _given_up(scene, line)


@dataclass(frozen=True, slots=True)
class _Scene:
    """What the rules compare the register with.

    `public`: pages that are public at the moment of `site`, by kind and id.
    `leads`: alias in lower case → the page that has it.
    `sure`: see `register_problems`.
    """

    content: Content
    site: Site
    public: Mapping[Thing, Public]
    leads: Mapping[str, Public]
    sure: bool

    def at(self, line: Line, message: str, hint: str) -> Problem:
        """Return a problem at a line of the register."""
        path = shown(self.content.root, REGISTER)
        return Problem(path, line.number, 1, message, hint)

    def day(self, line: Line) -> str:
        """Return the day of first publication in the site's zone, as displayed."""
        return show_day(line.first_published.astimezone(self.site.zone).date())


def _tag(scene: _Scene) -> Iterator[Problem]:
    """Yield a problem if `feed.tag` differs from the tag in the registered guids."""
    tag, pinned = scene.site.config.feed.tag, scene.content.register.authority
    if tag is not None and pinned is not None and tag != pinned:
        message = f"the ids of all feed items would change: they begin with `{pinned}`"
        hint = f'write `tag: "{pinned}"`: readers would see every item as new'
        yield scene.content.place(CONFIG, Fault(("feed", "tag"), message, hint))


def _withdraw(id: str) -> str:
    return f'build.py withdraw {id} --reason "why, for the public"'


def _lost(scene: _Scene, line: Line) -> Iterator[Problem]:
    """Yield a problem for a registered page without a file.

    Its address has to be an alias of another page. If that page is of the same kind and not
    registered, it is a rename, and needs a line in the register that keeps the guid.
    """
    one = scene.leads.get(line.url)
    if one is None and _waits(scene, line):
        return
    if one is None:
        message = f"the {line.kind} `{line.id}`, public since {scene.day(line)}, is gone"
        ways = f"build.py rename {line.kind} {line.id} NEW-ID"
        if line.kind == "briefing":
            ways = f"{_withdraw(line.id)}, or {ways}"
        hint = (
            f"bring its file back and run {ways}; or add {line.url} to the `aliases` of the page"
            " that replaces it, and run build.py register"
        )
        yield scene.at(line, message, hint)
    elif is_heir(scene.content.register, line, one):
        index = [alias.casefold() for alias in one.aliases].index(line.url)
        message = f"this was `{line.id}` before, and feed readers would see it as new"
        hint = "run build.py register: it keeps the id that readers know it by"
        yield scene.content.place(one.path, Fault(("aliases", index), message, hint))


def _hidden(scene: _Scene, line: Line) -> Iterator[Problem]:
    """Yield a problem for a registered page that has its file and is not public any more.

    The notice of a withdrawal counts as public.
    """
    record = scene.content.record(line.kind, line.id)
    if record is None or line.thing in scene.public:
        return
    if line.kind == "requirement":
        if scene.sure and not _told_by_a_hidden(scene, line.id):
            message = f"this page, public since {scene.day(line)}, is gone: no briefing tells of it"
            hint = (
                "put its event back; or delete this file, add its address to the `aliases` of the"
                f" page that replaces it (aliases: [{line.url}]), and run build.py register"
            )
            yield scene.content.place(record.path, Fault((), message, hint))
    elif record.gaps is None or not any(record.gaps.within(name) for name in _MOMENTS):
        yield scene.content.place(record.path, _held_back(scene, line))


def _held_back(scene: _Scene, line: Line) -> Fault:
    if line.kind == "trust":
        trust = scene.content.trusts[line.id].front
        key = "published" if trust.embargo_until is None else "embargo_until"
        message = f"this trust's page is public since {scene.day(line)} and would be hidden"
        return Fault((key,), message, "remove the date")
    front = scene.content.briefings[line.id].front
    since = f"this briefing is public since {scene.day(line)}"
    if front.status == "draft":
        hint = f"remove this line; to take the briefing down, run {_withdraw(line.id)}"
        return Fault(("status",), f"{since} and can't be a draft again", hint)
    zone = scene.site.zone
    until = visible_from(front, zone)
    embargoed = front.embargo_until is not None and front.embargo_until.at(zone) == until
    message = f"{since} and would be hidden until {show_day(until.date())}"
    hint = f"put the date back; to take the briefing down, run {_withdraw(line.id)}"
    return Fault(("embargo_until" if embargoed else "published",), message, hint)


def _told_by_a_hidden(scene: _Scene, id: str) -> bool:
    """Return True if a registered briefing has an event of this requirement.

    Called for requirements without a page, so that briefing is withdrawn, or is hidden and
    reported itself.
    """
    registered = scene.content.register.living
    return any(
        event.id == id
        for record in scene.content.briefings.values()
        if ("briefing", record.id) in registered
        for event in record.front.requirements
    )


def _waits(scene: _Scene, line: Line) -> bool:
    """Return True if a requirement with this address as an alias has a registered briefing.

    Called for addresses that lead nowhere: the requirement has no page, because that briefing is
    withdrawn or hidden.
    """
    return line.kind == "requirement" and any(
        line.url in (alias.casefold() for alias in record.front.aliases)
        and _told_by_a_hidden(scene, record.id)
        for record in scene.content.requirements.values()
    )


def _given_up(scene: _Scene, line: Line) -> Iterator[Problem]:
    """Yield a problem if a given-up id is used again, or if its address leads nowhere."""
    if line.id in scene.content.ids[line.kind]:
        record = scene.content.record(line.kind, line.id)
        if record is not None:
            path = shown(scene.content.root, record.path)
            other = path.replace(f"{line.id}.", "ANOTHER-ID.")
            hint = f"an id is used once and never again: git mv {path} {other}"
            yield scene.content.place(record.path, Fault((), used_before(line), hint))
    elif line.url not in scene.leads and not _waits(scene, line):
        message = f"{line.url} was public, and leads nowhere now"
        hint = f"add it to the `aliases` of {line.leads_to}, or of the page that replaces that"
        yield scene.at(line, message, hint)
