"""schema.org data of a post. A physical therapist is a Person with credentials, never a Physician."""

from collections.abc import Mapping, Sequence
from typing import Any


def article(
    post: Mapping[str, Any],
    authors: Sequence[Mapping[str, Any]],
    reviewer: Mapping[str, Any] | None,
    publisher: str,
    language: str,
) -> dict[str, Any]:
    """JSON-LD of a finished post. One that somebody reviewed is a MedicalWebPage, which may say so.

    Sources: https://schema.org/MedicalWebPage (lastReviewed, reviewedBy), https://schema.org/Article,
    https://schema.org/EducationalOccupationalCredential.
    """
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "MedicalWebPage" if reviewer else "Article",
        "mainEntityOfPage": post["url"],
        "url": post["url"],
        "headline": post["title"],
        "name": post["title"],
        "description": post["seo"]["description"],
        "inLanguage": language,
        "datePublished": post["published_at"],
        "dateModified": post["updated_at"],
        "author": [person(author) for author in authors],
        "publisher": {"@type": "Organization", "name": publisher},
        "keywords": [tag["name"] for tag in post["tags"]],
        "timeRequired": f"PT{post['reading_time']}M",
    }
    if post["cover"]:
        data["image"] = [post["cover"]["src"]]
    if reviewer:
        data["reviewedBy"] = person(reviewer)
        if post["last_reviewed_at"]:
            data["lastReviewed"] = post["last_reviewed_at"]
    if post["references"]:
        data["citation"] = [citation(reference) for reference in post["references"]]
    if parts := [part for block in post["blocks"] if (part := how_to(block) or question(block))]:
        data["hasPart"] = parts
    return data


def how_to(block: Mapping[str, Any]) -> dict[str, Any] | None:
    """An exercise: https://schema.org/HowTo. None for another block, or one that nobody has finished."""
    name, steps = said(block.get("name")), block.get("steps")
    if block.get("kind") != "exercise" or not name or not isinstance(steps, list):
        return None
    told = [{"@type": "HowToStep", "text": said(step)} for step in steps if said(step)]
    return {"@type": "HowTo", "name": name, "step": told} if told else None


def question(block: Mapping[str, Any]) -> dict[str, Any] | None:
    """A question with its answer: https://schema.org/Question. None for another block, or one without an answer."""
    asked, answer = said(block.get("question")), said(block.get("answer"))
    if block.get("kind") != "question" or not asked or not answer:
        return None
    return {"@type": "Question", "name": asked, "acceptedAnswer": {"@type": "Answer", "text": answer}}


def said(value: Any) -> str:
    """Words of a block, which a file may hold as anything."""
    return value.strip() if isinstance(value, str) else ""


def person(author: Mapping[str, Any]) -> dict[str, Any]:
    """An author with credentials."""
    data: dict[str, Any] = {"@type": "Person", "name": author["name"]}
    if author["credentials"]:
        data["honorificSuffix"] = ", ".join(author["credentials"])
        data["hasCredential"] = [
            {"@type": "EducationalOccupationalCredential", "name": credential} for credential in author["credentials"]
        ]
    if author["same_as"]:
        data["sameAs"] = list(author["same_as"])
    return data


def citation(reference: Mapping[str, Any]) -> dict[str, Any]:
    """A research reference."""
    data: dict[str, Any] = {"@type": "ScholarlyArticle", "name": reference["text"]}
    if reference["url"]:
        data["url"] = reference["url"]
    if reference["doi"]:
        data["identifier"] = f"https://doi.org/{reference['doi']}"
    return data
