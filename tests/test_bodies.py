"""Bodies: what is taken in, how slowly, and from whom."""

import io
import threading

import pytest

from cms import bodies
from cms.bodies import Bodies, Refused, take_in


def application(environ, start_response):
    start_response("200 OK", [])
    return [environ["wsgi.input"].read()]


class Answer:
    """Calls a layer as a server does."""

    def __init__(self, layer, method="POST", body=b"", **environ):
        length = {"CONTENT_LENGTH": str(len(body))} if "HTTP_TRANSFER_ENCODING" not in environ else {}
        given = {"REQUEST_METHOD": method, "wsgi.input": io.BytesIO(body), **length, **environ}
        self.body = b"".join(layer(given, self.start))

    def start(self, status, headers):
        self.status, self.headers = status, dict(headers)


@pytest.fixture
def layer():
    return Bodies(application, 200_000, lambda environ: environ.get("HTTP_COOKIE") == "mine")


def test_a_body_reaches_the_application_whole(layer):
    assert Answer(layer, body=b"abc").body == b"abc"
    assert Answer(layer, body=b"a" * 150_000, HTTP_COOKIE="mine").body == b"a" * 150_000


def test_a_body_longer_than_it_says_is_cut_there(layer):
    assert Answer(layer, body=b"abcdef", CONTENT_LENGTH="3").body == b"abc"


@pytest.mark.parametrize(
    ("environ", "status"),
    [
        ({"body": b"a" * 70_000}, "413"),  # a stranger
        ({"body": b"a" * 210_000, "HTTP_COOKIE": "mine"}, "413"),
        ({"HTTP_TRANSFER_ENCODING": "chunked"}, "411"),
        ({"CONTENT_LENGTH": "-1"}, "400"),
        ({"CONTENT_LENGTH": "9" * 5000}, "400"),
        ({"CONTENT_LENGTH": "٣"}, "400"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_the_cure(layer, environ, status):
    answer = Answer(layer, **environ)
    assert answer.status.startswith(status)
    assert answer.headers["Cache-Control"] == "no-store"
    assert b'"detail"' in answer.body


def test_a_reader_is_never_held_up_by_what_she_says_of_a_body(layer):
    assert Answer(layer, method="GET", CONTENT_LENGTH="99999999").status == "200 OK"


def test_while_all_slots_are_busy_another_upload_is_told_to_come_again_and_readers_are_served(layer):
    go_on, reading = threading.Event(), threading.Semaphore(0)

    class Slow(io.BytesIO):
        def read(self, size=-1):
            reading.release()
            go_on.wait(10)
            return super().read(size)

    def upload():
        Answer(layer, CONTENT_LENGTH="3", **{"wsgi.input": Slow(b"abc")})

    threads = [threading.Thread(target=upload) for _ in range(bodies.SLOTS)]
    for thread in threads:
        thread.start()
        reading.acquire(timeout=10)
    refused = Answer(layer, body=b"abc")
    read = Answer(layer, method="GET")
    go_on.set()
    for thread in threads:
        thread.join()
    assert refused.status.startswith("503")
    assert int(refused.headers["Retry-After"]) > 0
    assert read.status == "200 OK"
    assert Answer(layer, body=b"abc").body == b"abc"


def test_a_body_that_comes_too_slowly_is_given_up(monkeypatch):
    clock = iter(range(0, 10_000, 100))
    monkeypatch.setattr(bodies.time, "monotonic", lambda: float(next(clock)))
    with pytest.raises(Refused, match="too long"):
        take_in(io.BytesIO(b"a" * 100_000), 100_000)


def test_a_stranger_with_a_made_up_cookie_is_a_stranger(client):
    client.set_cookie("midstance", "made-up")
    answer = client.post("/editor/api/pictures", data=b"a" * 100_000)
    assert answer.status_code == 413
