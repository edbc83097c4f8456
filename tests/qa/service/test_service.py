"""The service: one index for many callers, in order, and never more than it can take."""

import asyncio
import shutil
import threading

import pytest

from index import Index, MissingPath, NotAnIndex, Retriever
from qa import Assistant
from qa.service import AskRequest, SearchRequest, Service
from qa.service.requests import IndexRequest
from qa.service.service import NotAllowed, ServiceBusy
from tests.qa.service.conftest import write_notes

DUE = AskRequest(question="When is the next service due?", threshold=0)


async def test_it_answers_as_the_library_does(service):
    reply = await service.ask(DUE)
    assert reply.answers[0].text == "4 October 2027"
    hits = await service.search(SearchRequest(question="pear tree", k=1, types=("txt",)))
    assert [hit.document.path.rpartition("/")[2] for hit in hits] == ["garden.txt"]
    assert (await service.read_status()).documents == 2
    assert await service.count() == (2, 3)
    assert await service.count_embedded() == 3


async def test_earlier_questions_are_understood(service):
    reply = await service.ask(
        AskRequest(question="Who installed it?", history=("When was the boiler serviced?",))
    )
    assert "boiler" in reply.resolved_question


async def test_a_document_is_read_by_its_id_or_its_path(service, notes):
    [boiler, _] = await service.list_documents()
    found = await service.read_document(boiler.id)
    assert found == await service.read_document(str(notes / "boiler.md"))
    for passage in found.passages:
        assert found.text[passage.span.start : passage.span.end] == passage.text
    with pytest.raises(MissingPath):
        await service.read_document(10_000)


async def test_more_questions_than_it_takes_are_refused_and_the_others_answered(index_folder):
    service = Service(index_folder, most_questions=3)
    service.warm_up()
    calls = [asyncio.ensure_future(service.ask(DUE)) for _ in range(5)]
    done = await asyncio.gather(*calls, return_exceptions=True)
    assert [isinstance(each, ServiceBusy) for each in done] == [False] * 3 + [True] * 2
    assert (await service.ask(DUE)).answered
    service.close()


async def test_a_caller_that_goes_makes_room(index_folder):
    service = Service(index_folder, most_questions=2)
    service.warm_up()
    calls = [asyncio.ensure_future(service.ask(DUE)) for _ in range(2)]
    await asyncio.sleep(0)
    for call in calls:
        call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)
    assert (await service.ask(DUE)).answered
    service.close()


async def test_an_index_that_is_replaced_is_opened_anew(tmp_path, encoder):
    notes = write_notes(tmp_path / "notes")
    for name, files in (("index", notes / "boiler.md"), ("other", notes / "garden.txt")):
        with Index.open(tmp_path / name, create=True, encoder=encoder) as index:
            index.add([files])
    service = Service(tmp_path / "index")
    assert await service.count() == (1, 2)
    shutil.rmtree(tmp_path / "index")
    with pytest.raises(NotAnIndex, match="is gone"):
        await service.ask(DUE)
    (tmp_path / "other").rename(tmp_path / "index")
    [document] = await service.list_documents()
    assert document.path.endswith("garden.txt")
    service.close()


async def test_commits_of_other_processes_are_seen(tmp_path, encoder):
    notes = write_notes(tmp_path / "notes")
    with Index.open(tmp_path / "index", create=True, encoder=encoder) as index:
        index.add([notes / "boiler.md"])
        service = Service(tmp_path / "index")
        index.add([notes / "garden.txt"])
    reply = await service.ask(AskRequest(question="When was the pear tree planted?"))
    assert "2004" in reply.answers[0].text
    service.close()


async def test_what_is_fitted_meanwhile_holds(tmp_path, encoder):
    """As `quoteback eval --fit-threshold` does it, in a process of its own."""
    notes = write_notes(tmp_path / "notes")
    request = AskRequest(question="When was the pear tree planted?")
    with Index.open(tmp_path / "index", create=True, encoder=encoder) as index:
        index.add([notes])
        service = Service(tmp_path / "index")
        before = await service.ask(request)
        index.set_threshold(1.0)
        Assistant(Retriever(index)).adjust_confidence(0.5, 0.0)
    after = await service.ask(request)
    assert (before.answered, after.answered) == (True, False)
    assert after.answers[0].confidence < before.answers[0].confidence
    service.close()


class TestPathsToAdd:
    """Only what lies in an allowed folder, also once every link is followed."""

    @pytest.fixture
    def added(self, tmp_path, index_folder):
        allowed = tmp_path / "allowed"
        allowed.mkdir()
        (allowed / "new.txt").write_text("New.")
        (tmp_path / "secret.txt").write_text("Secret.")
        (allowed / "link.txt").symlink_to(tmp_path / "secret.txt")
        (allowed / "out").symlink_to(tmp_path)
        (tmp_path / "allowed-not").mkdir()
        return Service(index_folder, allowed=[allowed])

    async def check(self, service, *paths):
        return await service.check_paths(IndexRequest(paths=tuple(map(str, paths))))

    async def test_a_file_in_an_allowed_folder_and_the_folder_itself_may_be_added(
        self, added, tmp_path
    ):
        paths = [str(tmp_path / "allowed" / "new.txt"), str(tmp_path / "allowed")]
        assert await self.check(added, *paths) == paths

    async def test_a_folder_that_is_indexed_is_allowed(self, added, notes):
        assert await self.check(added, notes / "boiler.md") == [str(notes / "boiler.md")]

    @pytest.mark.parametrize(
        "path",
        [
            "secret.txt",
            "allowed/../secret.txt",
            "allowed/link.txt",
            "allowed/out/secret.txt",
            "allowed-not",
            "",
        ],
    )
    async def test_what_lies_elsewhere_is_refused(self, added, tmp_path, path):
        with pytest.raises(NotAllowed):
            await self.check(added, tmp_path / path)

    @pytest.mark.parametrize("path", ["new.txt", "~/x", "a\0b"])
    async def test_a_path_that_is_not_absolute_is_refused(self, added, path):
        with pytest.raises(NotAllowed, match="absolute"):
            await self.check(added, path)

    async def test_what_does_not_exist_is_missing(self, added, tmp_path):
        with pytest.raises(MissingPath):
            await self.check(added, tmp_path / "allowed" / "none.txt")

    async def test_the_samples_take_nothing(self, index_folder, notes):
        with pytest.raises(NotAllowed, match="sample documents"):
            await self.check(Service(index_folder, read_only=True), notes)


def test_a_service_works_from_several_event_loops(service):
    replies = []

    def ask():
        replies.append(asyncio.run(service.ask(DUE)))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [reply.answered for reply in replies] == [True] * 3
