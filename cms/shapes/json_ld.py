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
    return data


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
