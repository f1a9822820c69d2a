"""Heuristics: does an e-mail address belong to a person or to an office?

An address is a person's if

- its domain is a mail service for private people; or
- its local part has two or more parts, and the first or last is a given name (`jo.bloggs`,
  `bloggs-jo`); or
- its local part is two or three words separated by `.` or `_` (`first.last`, `j_last`), and none of
  them is a word that offices use; or
- its local part is a given name (`jo`), or a given name or initials with one of the most common
  surnames (`johnsmith`, `jsmith`, `smithj`).

Except at a mail service for private people, an office word among the parts (`press.office`,
`northmoor-pals`) makes it an office's. Digits at the end of a part, and everything after a `+`, are
ignored.
"""

from __future__ import annotations

import re

#: Mail services where anybody can have an address.
_PRIVATE = re.compile(
    r"(?:[a-z]{2}\.)?(?:"
    r"(?:aol|gmx|hotmail|live|msn|outlook|rocketmail|windowslive|yahoo|yandex|ymail|zoho)"
    r"\.(?:com?\.)?[a-z]{2,3}"
    r"|(?:aim|btinternet|btopenworld|fastmail|gmail|googlemail|hey|hushmail|icloud|mac|mail|mailbox"
    r"|me|ntlworld|protonmail|rediffmail|talk21|tuta|tutamail|tutanota|virginmedia|zohomail)\.com"
    r"|(?:blueyonder|btinternet|fsmail|fsworld|freeserve|lineone|mail|o2|onetel|orange|postmaster"
    r"|sky|supanet|talktalk|tesco|tiscali|uwclub|virgin|waitrose)\.co\.uk"
    r"|btconnect\.com|email\.com|fastmail\.fm|fsmail\.net|gmx\.net|mailbox\.org|mail\.ru|me\.uk"
    r"|posteo\.(?:de|net)|plus\.net|plusnet\.com|pm\.me|proton\.me|qq\.com|riseup\.net|sky\.com"
    r"|talktalk\.net|tuta\.(?:com|io)|tutanota\.de|virgin\.net|web\.de|163\.com|virginmedia\.co\.uk"
    r")"
)
#: Office words: one among the parts is enough for an office's address.
_OFFICES = frozenset(
    """
    accessibility accounts admin admissions advice advocacy alerts appeals apply appointments
    archive archives assurance audit billing board bookings bulletin bureau campaign campaigns
    careers center centre clinic committee comms communications community complaints compliance
    compliments coms consultation consultations contact contacts contactus corporate corrections
    council customer customercare customers customerservice customerservices data dataprotection
    department dept desk digital directorate division dpo editor editorial editors education
    engagement enquiries enquiry events experience feedback finance foi foundation
    freedomofinformation fundraising governance governors gp group hello help helpdesk helpline
    hospital hotline hr hub inbox info information initiative innovation inquiries inquiry
    inspection inspections inspectorate it jobs join journal legal library list listen lists
    listserv live mail mailbox mailinglist maintenance maternity media member members membership
    midwifery ministry network news newsdesk newsletter noreply notifications notify nursing
    office ombudsman online ops outreach pals panel parliament partnership partnerships patient
    patientexperience patients patientsafety payroll petitions pharmacy policy postmaster practice
    presidency press pressoffice privacy procurement program programme project projects public
    publications quality receipts reception records recruitment referrals register registrar
    registration registry regulation regulator reply report reporting reports request requests
    research reservations respond response risk root safeguarding safety sales schedule school
    secretariat secretary security service services shop staff standards statistics stats studio
    subscribe subscription subscriptions support survey surveys switchboard team teams technical
    tenders trust trustees unit unsubscribe updates volunteer volunteering volunteers web
    webmanager webmaster website wellbeing whistleblowing workforce
    """.split()  # noqa: SIM905  # a list of words is read more easily without quotes
)
#: Words for the purpose of an address. They may be surnames, so a given name outweighs them.
_WORDS = frozenset(
    """
    access action agency alpha ambulance analysis api apps assessment author authors award awards
    bank benefits beta bishop blog book books business calendar cardiology care carers case cases
    catalog catalogue catering chair chairman challenge chaplaincy chief child children church
    city civic civil cleaning clerk cloud code college commission commissioner community company
    conference content coroner council county court cqc culture dean delivery demo dental dentist
    design dev development devops digest director disclosure discovery docs doctor doctors duty
    eligibility email emergency enforcement engineering england equality equipment estates ethics
    evidence example executive facilities family federal field finance first firstname forum
    foster friends front gateway general global gov government grants guidance guide health
    history hmip home homes house housing human innovate insight insights inspector intake
    intelligence international ireland kit lab labs lastname lead learn learning licensing line
    local london management manager map maps market marketing matron medical mental micro midwives
    minister mobile name national nhs night nurse nurses ofsted oncology open opendata operations
    opportunity opportunityproject order orders paediatrics page parents park parking pathology
    pension pensions people performance permits planning platform podcast police pool portal post
    president prison prisons product products promotions prototype provider providers purchase
    question questions radiology rating ratings regional review reviews road royal rules sample
    schools science scotland search senior site sites social software source standard station
    strategy student students study surgery surname system systems talk task tax tech technology
    test testing the theatre toolkit training transport treasury university urgent user users
    video visitor visitors vulnerability wales ward wards webinar webinars welcome welfare work
    works workshop young your youth
    """.split()  # noqa: SIM905  # a list of words is read more easily without quotes
)
#: Given names common in Britain and Ireland, except those that an office may use as a word.
_GIVEN = frozenset(
    """
    aaron abbie abdul abdullah abigail abu adam adeel adele adil adrian ahmed aidan aileen aimee
    aisha aisling akash alan alana alasdair alastair albert alec alejandro alex alexander
    alexandra alfie alfred ali alice alicia alison alistair allan allison alun alyssa amanda amar
    amelia amin amina amir amit amy ana andrea andreas andrew andy aneta angela angie angus anil
    anish anita anjali ann anna annabel anne annette annie anthony antonia antonio anwar archie
    arif arjun arnold arthur arun asad asha ashley ashok asif audrey ava ayesha azhar barbara
    barry beata beatrice becky ben benjamin bernadette bernard beth bethan bethany betty beverley
    bharat bilal bob brenda brendan brian bridget bronwen bruce bryan bryony caitlin callum calum
    cameron camilla carl carla carmen carol carole caroline carolyn catherine cathy catriona
    cecilia ceri chantelle charles charlie charlotte cheryl chidi chloe chris christian christina
    christine christopher chukwu ciara ciaran claire clare claudia clive colin colleen connor
    conor craig cristina cynthia dafydd damian dan daniel danielle danny daphne darren dave david
    deb debbie deborah declan deepa deepak denis denise dennis derek desmond dewi diana diane
    dilip dinesh dominic donald donna doreen doris dorothy douglas duncan dylan eamon eddie edith
    edmund edward edwin efe eileen elaine eleanor elena elias elizabeth ella ellen ellie elliot
    elsie emeka emilia emily emma eric erica erin esther ethan eunice eva evelyn ewan faisal farah
    farhan faruk fatima fatma felicity femi finlay fiona frances francesca francis frankie fraser
    fred freddie frederick freya gabriel gareth gary gavin gemma geoff geoffrey george georgina
    gerald geraldine gerard gerry gillian gina giovanni gita gladys glen glenn glenys gloria
    gordon graham gregory greta gurpreet gwen gwyneth habib hamza hannah hans hardeep harish
    harriet harry harvey hasan hassan hayley heidi helen helena henry hilary howard huda hugh hugo
    humphrey hussain hussein ian ibrahim ifeoma ikram imogen imran ines ingrid irene isaac isabel
    isabella isabelle isla isobel ivan jack jackie jacob jacqueline jagdeep jaime jake jakub james
    jamie jan jane janet janice jared jason jaspreet jayne jean jeff jeffrey jemma jennifer jenny
    jeremy jess jessica jill jillian jim jimmy jo joan joanna joanne jodie joe joel johanna john
    johnny jon jonathan jorge jose joseph josephine josh joshua joyce juan judith judy julia
    julian julie juliet justin kamal kamran karen karim karl kate katherine kathleen kathryn kathy
    katie katy kavita kayleigh keith kelly ken kenneth kerry kevin khadija khalid kieran kim
    kimberley kiran kirsten kirsty komal kris kristina krzysztof kumar kyle lakshmi lalita lara
    laura lauren laurence lawrence leanne lee leila len lena leo leon leonard leroy lesley leslie
    lewis liam lily linda lindsay lindsey lisa liz lloyd lois lorna lorraine louis louisa louise
    luca lucas lucia lucinda lucy luis lukasz luke lydia lyn lynda lynn lynne lynsey maddie
    madeleine magdalena maggie mahmood mahmoud mairead malcolm malgorzata mandeep mandy manjit
    manoj manuel marcin marcus margaret margot maria marian marianne marie marilyn marina mario
    marion marisa marjorie marlene martha martin mary maryam matilda matt matthew maureen maurice
    mavis maya meena meera megan mehmet melanie melissa mervyn mia michael michal michelle mick
    miguel mike mila miles millie milton mina miranda miriam mo mohamed mohammad mohammed moira
    molly mona monica morag moses muhammad muriel mustafa nadia nadine naomi natalia natalie
    natasha nathan naveed neha neil nell nelson nia niall niamh nicholas nick nicky nicola nicole
    nigel nikhil nina nisha noah noel nora noreen norma norman nuala nyasha olga oliver olivia olu
    omar orla oscar oswald owen paddy paige pamela parveen pat patricia patrick paul paula pauline
    pavel pawel pedro penelope penny pete peter phil philip philippa phillip phoebe phyllis piotr
    pippa polly pradeep praveen preeti priya rachael rachel rafael raj rajesh rakesh ralph ramesh
    rashid ravi raymond rebecca reginald rekha renee rhian rhiannon rhys ricardo richard rita rob
    robert roberta roberto robin robyn rod roderick rodney roger rohan roisin roland ron ronald
    rosa rosalind rosemary rosie ross rowena roxanne roy rupert russell ruth ryan saba sabina
    sadia saeed said sajid sally salman sam samantha samina samir samuel sandeep sandra sanjay
    santosh sara sarah satish saul scott sean sebastian seema selina shabana shahid sharon shaun
    shauna shazia sheena sheila shelley shirley shona shreya sian siddharth silvia simon simone
    sinead siobhan sofia sonia sophia sophie spencer stacey stan stanley stefan stella stephanie
    stephen steve steven stewart stuart sue sunil sunita surinder susan susanna susannah susie
    suzanne sylvia tahir tamara tamsin tania tanya tara tariq tasha ted terence teresa terry tessa
    theo theresa thomas tiffany tim timothy tina toby todd tom tomasz tony tracey tracy trevor
    tristan umar una usha usman valerie vanessa vera veronica vicki vicky vijay vikram vincent
    vivian vivien walter wanda warren wasim wayne wendy wilfred william winifred winston xavier
    yasmin yolanda yusuf yvette yvonne zac zachary zahra zainab zara zeynep zoe zofia zsofia
    """.split()  # noqa: SIM905  # a list of words is read more easily without quotes
)
#: Common surnames, except those that are the end of a common word.
_SURNAMES = frozenset(
    """
    adams ahmed akhtar allen anderson bailey baker begum bennett bloggs brown butler campbell
    carter chapman clark clarke collins cooper davies davis doe edwards ellis evans fletcher
    foster gibson graham gray griffiths harris harrison harvey hassan holmes howard hughes hussain
    jackson jenkins johnson jones kaur kelly kennedy khan knight lewis lloyd macdonald marshall
    matthews mcdonald miller mitchell mohammed moore morgan morris murphy murray patel phillips
    powell price reynolds richards richardson roberts robertson robinson rogers russell scott shah
    sharma simpson singh smith stevens stewart taylor thomas thompson thomson walker watson webb
    wilkinson williams williamson wilson wright
    """.split()  # noqa: SIM905  # a list of words is read more easily without quotes
)
_LONGEST_INITIALS = 2


def of_a_person(local: str, domain: str) -> bool:
    """Return True if an address looks like a person's. Both arguments are folded."""
    if _PRIVATE.fullmatch(domain):
        return True
    parts = _parts(local)
    if not parts or not _OFFICES.isdisjoint(parts):
        return False
    if len(parts) == 1:
        return parts[0] in _GIVEN or _with_surname(parts[0])
    if not _GIVEN.isdisjoint((parts[0], parts[-1])):
        return True
    words = len(parts) <= 3 and "-" not in local and all(part.isalpha() for part in parts)
    return words and max(map(len, parts)) > 1 and _WORDS.isdisjoint(parts)


def is_named(local: str) -> bool:
    """Return True for a given name or initial before another word: `jo.bloggs`, `j.bloggs`.

    Required before a loose ` at `, because many sentences have an "at" before a domain.
    """
    first, *others = _parts(local) or [""]
    named = first in _GIVEN or len(first) == 1
    return named and any(len(one) > 1 and one.isalpha() for one in others)


def at_private_service(domain: str) -> bool:
    """Return True for a mail service at which anybody can have an address."""
    return _PRIVATE.fullmatch(domain) is not None


def _parts(local: str) -> list[str]:
    name = local.partition("+")[0]
    parts = (part.rstrip("0123456789'") for part in re.split(r"[\s._'-]+", name))
    return [part for part in parts if part]


def _with_surname(word: str) -> bool:
    """Return True for a given name or 1–2 initials before a surname, or one initial after it."""
    for at in range(1, len(word)):
        before, after = word[:at], word[at:]
        if after in _SURNAMES and (at <= _LONGEST_INITIALS or before in _GIVEN):
            return True
        if before in _SURNAMES and len(after) == 1:
            return True
    return False
