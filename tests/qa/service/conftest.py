"""An index of two notes, a service over it, and the HTTP interface without a network."""

import httpx2
import pytest

from index import Index
from qa.service import Service
from qa.service.api.app import make_app

TOKEN = "t" * 40
HOSTS = ("127.0.0.1", "localhost", "::1")


def write_notes(folder):
    folder.mkdir(parents=True)
    (folder / "boiler.md").write_text(
        "# Boiler\n\nThe boiler was installed in March 2019 by Hanna Voss of Voss & Sons.\n\n"
        "## Service\n\nIt is serviced every eighteen months. The next service is due on "
        "4 October 2027, and the pressure should stay between 1.2 and 1.8 bar.\n",
        encoding="utf-8",
    )
    (folder / "garden.txt").write_text(
        "The pear tree by the gate was planted in 2004. It bears fruit every second year.\n",
        encoding="utf-8",
    )
    return folder


@pytest.fixture(scope="module")
def notes(tmp_path_factory):
    return write_notes(tmp_path_factory.mktemp("service") / "notes")


@pytest.fixture(scope="module")
def index_folder(notes, encoder):
    folder = notes.parent / "index"
    with Index.open(folder, create=True, encoder=encoder) as index:
        index.add([notes])
    return folder


@pytest.fixture(scope="module")
def service(index_folder):
    opened = Service(index_folder)
    yield opened
    opened.close()


def open_client(service):
    """A client that knows the token of the interface of a service."""
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(make_app(service, TOKEN, HOSTS)),
        base_url="http://127.0.0.1:8765",
        headers={"Authorization": f"Bearer {TOKEN}"},
    )


@pytest.fixture
async def client(service):
    async with open_client(service) as made:
        yield made
