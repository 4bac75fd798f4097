"""A signed-in client for the editor's pages."""

import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy.orm import Session

from cms import auth
from cms.auth import visits


class Desk:
    """An editor at her desk: gets pages, sends their forms and the script's JSON with the CSRF token."""

    def __init__(self, client: FlaskClient, session: Session) -> None:
        self.client, self.session = client, session
        editor = auth.make_editor(session, "alex@example.com", name="Alex Rivera")
        client.set_cookie("midstance", visits.begin(session, editor))
        session.commit()
        self.token = self._token(client.get("/editor/account").text)

    def _token(self, page: str) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert found
        return found[1]

    def get(self, path: str) -> Any:
        self.session.rollback()  # the test's own transaction must not hold up the service's
        return self.client.get(path)

    def send(self, path: str, **form: Any) -> Any:
        """A form, as a browser posts it."""
        self.session.rollback()
        return self.client.post(path, data={"csrf_token": self.token, **form}, content_type="multipart/form-data")

    def ask(self, path: str, json: Any) -> Any:
        """JSON, as the editor's script posts it."""
        self.session.rollback()
        return self.client.post(path, json=json, headers={"X-CSRFToken": self.token})


@pytest.fixture
def desk(client, session) -> Desk:
    return Desk(client, session)


@pytest.fixture
def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 400), (200, 120, 90)).save(out, "PNG")
    return out.getvalue()
