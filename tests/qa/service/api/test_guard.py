"""The guard of both HTTP interfaces, whatever the headers hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import PlainTextResponse

from qa.service.api.guard import Guard
from qa.service.api.serve import names_of

TOKEN = "s3cret" * 8
HEADERS = st.dictionaries(
    st.sampled_from(["host", "origin", "authorization"]),
    st.sampled_from(["127.0.0.1", "http://127.0.0.1", f"Bearer {TOKEN}", f"bearer  {TOKEN} "])
    | st.binary(max_size=40).map(lambda value: value.decode("latin-1")),
)


async def ask(headers):
    statuses = []
    guard = Guard(PlainTextResponse("in"), TOKEN, ["127.0.0.1"], public=["/health"])
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/v1/ask",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
    }

    async def send(message):
        statuses.append(message.get("status"))

    await guard(scope, None, send)
    return statuses[0]


@given(HEADERS)
async def test_who_does_not_know_the_token_or_comes_from_elsewhere_never_gets_in(headers):
    status = await ask(headers)
    scheme, _, token = headers.get("authorization", "").partition(" ")
    knows = scheme.lower() == "bearer" and token.strip() == TOKEN
    name = headers.get("host", "").partition(":")[0]
    page = headers.get("origin", f"http://{headers.get('host', '')}")
    if name != "127.0.0.1" or page != f"http://{headers['host']}":
        assert status == 403
    else:
        assert status == (200 if knows else 401)


async def test_a_socket_of_another_kind_is_not_let_through():
    let_through = []

    async def app(scope, receive, send):
        let_through.append(scope)

    await Guard(app, TOKEN, ["127.0.0.1"], public=[])({"type": "websocket"}, None, None)
    assert let_through == []


@pytest.mark.parametrize("host", ["FE80::1", "fe80:0::1", "fe80::1"])
def test_an_address_is_known_as_the_system_spells_it(host):
    assert "fe80::1" in names_of(host)


def test_an_address_is_known_as_it_was_given():
    assert names_of("::FFFF:127.0.0.1")[0] == "::ffff:127.0.0.1"
