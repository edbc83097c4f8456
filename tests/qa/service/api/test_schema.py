"""The OpenAPI document is true: schemathesis asks all that it allows, and much that it does not."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from qa.service.api.app import make_app
from qa.service.api.openapi import describe_api
from tests.qa.service.conftest import HOSTS, TOKEN

schema = schemathesis.openapi.from_dict(describe_api())
HEADERS = {"Authorization": f"Bearer {TOKEN}", "Host": "localhost"}


@pytest.fixture(scope="module")
def app(service):
    return make_app(service, TOKEN, HOSTS)


@schema.parametrize()
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_it_does_what_its_description_says(app, case):
    schema.app = app
    case.call_and_validate(headers=HEADERS)
