"""More roles for somebody of the cast."""

from sqlalchemy.orm import Session, sessionmaker

from server.auth import staff
from store.db import begin_write


def give(sessions: sessionmaker[Session], user: str, role: str, area: str) -> None:
    with sessions() as session:
        begin_write(session)
        staff.give(session, user, role, area)
        session.commit()
