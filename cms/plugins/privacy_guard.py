"""A second look before publishing: an e-mail address, a phone number or a patient's name in the text.

Only a hint. What the practice itself publishes (setting OWN_CONTACTS) is never flagged.
"""

import re

from cms.config import Settings
from cms.hooks import Hint, hookimpl

EMAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
# Ten digits or more with the usual separators: shorter runs are doses, dates and distances.
PHONE = re.compile(r"(?<![\w./-])\+?\(?\d{1,4}\)?(?:[ .-]?\(?\d{2,4}\)?){2,4}(?![\w/])")
PATIENT = re.compile(
    r"\b(?:[Mm]y (?:patient|client)|[Pp]atient|[Cc]lient),? (?:named |called )?([A-Z][a-z]+(?: [A-Z][a-z]+)?)"
)


@hookimpl
def check_post(title: str, text: str, site: Settings) -> list[Hint]:
    """Hints on what might tell who a patient is."""
    words = f"{title}\n{text}"
    own = {_folded(contact) for contact in site.own_contacts.split(",")}
    hints = []
    for address in dict.fromkeys(EMAIL.findall(words)):
        if _folded(address) not in own:
            hints.append(Hint("body", f"There is an e-mail address in the text: {address}. Should everybody see it?"))
    for match in PHONE.finditer(words):
        digits = _folded(match[0])
        if len(digits.lstrip("+")) >= 10 and digits not in own:
            hints.append(Hint("body", f"There is a phone number in the text: {match[0]}. Should everybody see it?"))
    for name in dict.fromkeys(PATIENT.findall(words)):
        hints.append(Hint("body", f"“{name}” reads like a patient's name. Did they agree to be named?"))
    return hints


def _folded(contact: str) -> str:
    contact = contact.strip().casefold()
    return contact if "@" in contact else re.sub(r"[^\d+]", "", contact)
