"""What tests of forms share."""

import pytest

from forms.definition import FormDefinition
from forms.pack import Pack


@pytest.fixture(scope="session")
def forms(pack: Pack) -> dict[str, FormDefinition]:
    """{form: its definition} of the household pack."""
    return {c.definition.form_id: c.definition for c in pack.forms}
