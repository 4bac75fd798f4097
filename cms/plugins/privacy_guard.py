"""A second look before publishing: an e-mail address, a phone number or a patient's name in the text.

Only a hint. What the practice itself publishes (OWN_CONTACTS, the booking link, the disclaimer) is never flagged.
"""

import re

from cms.config import Settings
from cms.hooks import Hint, hookimpl

EMAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
# Ten digits or more with the usual separators: shorter runs are doses, dates and distances.
PHONE = re.compile(r"(?<![\w./-])\+?\(?\d{1,4}\)?(?:[ .-]?\(?\d{2,4}\)?){2,4}(?![\w/])")
NAME = r"[A-Z][a-zà-ÿ]+(?:[ -][A-Z][a-zà-ÿ]+)?"
PATIENT = re.compile(
    # "my patient Maria", "a client called John Doe"; "Mrs. Miller"; "Maria, 42," or "Maria (42)"
    rf"\b(?:[Mm]y (?:patient|client)|[Pp]atient|[Cc]lient),? (?:named |called )?({NAME})"
    rf"|\b((?:Mr|Mrs|Ms|Miss)\.? {NAME})"
    rf"|\b({NAME})(?:, (?:aged )?\d\d(?:,|[ -]years?[ -]old)| \((?:aged )?\d\d\))"
)
BIRTH = re.compile(r"\b(?:[Dd]ate of birth|DOB|[Bb]orn on)\b:? ?[^\n.;]{4,24}")


@hookimpl
def check_post(title: str, text: str, site: Settings) -> list[Hint]:
    """Hints on what might tell who a patient is."""
    words = f"{title}\n{text}"
    own = f"{site.own_contacts}\n{site.booking_url}\n{site.disclaimer}"
    own_addresses = {address.casefold() for address in EMAIL.findall(own)}
    own_numbers = {_digits(match[0]) for match in PHONE.finditer(own)}
    hints = []
    for address in dict.fromkeys(EMAIL.findall(words)):
        if address.casefold() not in own_addresses:
            says = f"There is an e-mail address in the text: {address}. Should everybody see it?"
            hints.append(Hint("body", says, address))
    for number in dict.fromkeys(match[0] for match in PHONE.finditer(words)):
        if len(_digits(number)) >= 10 and not any(_same_number(_digits(number), known) for known in own_numbers):
            says = f"There is a phone number in the text: {number}. Should everybody see it?"
            hints.append(Hint("body", says, number))
    for match in {match[0]: match for match in PATIENT.finditer(words)}.values():
        name = match[match.lastindex or 0]
        hints.append(Hint("body", f"“{name}” reads like a patient's name. Did they agree to be named?", match[0]))
    for birth in dict.fromkeys(BIRTH.findall(words)):
        hints.append(Hint("body", f"“{birth}” reads like a date of birth. Leave it out.", birth))
    return hints


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)


def _same_number(one: str, other: str) -> bool:
    """Whether two numbers are one, written with and without the country's."""
    return min(len(one), len(other)) >= 9 and (one.endswith(other) or other.endswith(one.lstrip("0")))
