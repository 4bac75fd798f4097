"""What an editor took away, kept for a while so that "Undo" can bring it back."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cms.db import Base, utcnow


class Aside(Base):
    """One thing taken away. `kind` says what it was, `data` holds it whole, `words` name it to people."""

    __tablename__ = "aside"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(16))
    words: Mapped[str] = mapped_column(sa.Text)
    data: Mapped[dict[str, Any]] = mapped_column()
    made_at: Mapped[datetime] = mapped_column(default=utcnow, index=True)
