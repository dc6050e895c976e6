"""Fixtures of the tests of models."""

import pytest

from models.precision import VARIABLE


@pytest.fixture(params=["0", "1"], ids=["float32", "bfloat16"])
def either_precision(request, monkeypatch):
    """The test runs twice, as on a processor without bfloat16 and as on one with it."""
    monkeypatch.setenv(VARIABLE, request.param)
