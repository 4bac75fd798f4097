"""The ground of every schema: what a field says of itself, and that no other field may be there."""

from typing import Any

from marshmallow import RAISE, Schema, fields

from cms.shapes.fields import Moment


def about(description: str, example: Any = None, **more: Any) -> dict[str, Any]:
    """What OpenAPI says of a field."""
    return {"description": description, **({} if example is None else {"examples": [example]}), **more}


class Shape(Schema):
    """Every field must be there unless it says otherwise; no other may."""

    class Meta:
        unknown = RAISE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        if not field_obj.metadata.get("optional"):
            field_obj.required = True


def string(description: str, example: str = "", *, none: bool = False, optional: bool = False) -> fields.String:
    extra = {"optional": True} if optional else {}
    return fields.String(allow_none=none, metadata=about(description, example, **extra))


def number(description: str, example: int = 1, *, none: bool = False) -> fields.Integer:
    return fields.Integer(strict=True, allow_none=none, metadata=about(description, example))


def moment(description: str, example: str = "2026-11-22T06:43:00Z", *, none: bool = False) -> Moment:
    return Moment(allow_none=none, metadata=about(description, example, type="string", format="date-time"))


def many(shape: type[Schema], description: str, *, optional: bool = False) -> fields.List[Any]:
    extra = {"optional": True} if optional else {}
    return fields.List(fields.Nested(shape), metadata={"description": description, **extra})


def one(shape: type[Schema], description: str, *, none: bool = False, optional: bool = False) -> fields.Nested:
    extra = {"optional": True} if optional else {}
    return fields.Nested(shape, allow_none=none, metadata={"description": description, **extra})
