"""The OpenAPI document is true: schemathesis asks all that it allows, and much that it does not."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from qa.service.api.app import make_app
from tests.qa.service.conftest import HOSTS, TOKEN

HEADERS = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def api_schema(service):
    return schemathesis.openapi.from_asgi(
        "/openapi.json", make_app(service, TOKEN, [*HOSTS, "testserver"])
    )


schema = schemathesis.pytest.from_fixture("api_schema")


@schema.parametrize()
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_it_does_what_its_description_says(case):
    # A schema cannot say which patterns are valid; and 3.0 is a whole number to it.
    excluded = [positive_data_acceptance]
    if case.method == "GET":
        # In a query every value is text, and one alone is a list: "paths=34" is valid.
        excluded.append(negative_data_rejection)
    case.call_and_validate(headers=HEADERS, excluded_checks=excluded)
