"""The content schema: one frozen dataclass for the front matter of each kind of file.

Fields are defined here and nowhere else: the JSON Schemas, the snippets and the questions of
`new` are derived from these classes. pydantic puts the docstring of each dataclass and the text of
each `doc(…)` into the JSON Schemas as descriptions, so both are written for editors.
"""

from briefings.content.schema.briefing import (
    OVERALL,
    REPLACES_ALL,
    Breach,
    BriefingFront,
    Covered,
    Deadline,
    Discrepancy,
    Enforcement,
    Event,
    Figure,
    Finding,
    Inspection,
    Person,
    PreviousRating,
    Rating,
    Reply,
    Revision,
    ServiceCounts,
    Source,
    Statement,
    TimelineEntry,
    Vacated,
    Visit,
    Withdrawal,
)
from briefings.content.schema.entities import (
    Ask,
    Grade,
    KeyQuestion,
    Look,
    PageFront,
    Publisher,
    RatingsCheck,
    RegulatorFront,
    RequirementFront,
    Scale,
    SiteFront,
    SiteLicence,
    Size,
    TopicFront,
    TrustFront,
)
from briefings.content.schema.json_schema import (
    Loc,
    json_schema,
    keys_at,
    looks_like,
    required_keys,
    shape_at,
)
from briefings.content.schema.rules import CITING, covered_thing, faults_in, rated_thing
from briefings.content.schema.types import base_url_fault, id_fault, id_hint, one_line, word_fault
from briefings.content.schema.validation import Fault, Gaps, read, value_fault

#: Kind of file → the dataclass of its front matter.
SCHEMAS = {
    "briefing": BriefingFront,
    "trust": TrustFront,
    "regulator": RegulatorFront,
    "requirement": RequirementFront,
    "topic": TopicFront,
    "page": PageFront,
    "site": SiteFront,
}
