"""What is asked at each clause: the district's own words, the questions, the documents.

ISO's text is not ours to print: a requirement is shown as its title, what the district wrote about
it, and the questions that an auditor asks.
"""

from typing import Any

from sqlalchemy import select

from qms.packs.reading.reader import Reader
from qms.standards.models import OwnMandatory, OwnQuestion
from qms.standards.overlay import DocumentLine, QuestionLine, document_lines, question_lines


class Asked:
    """Questions and documents by clause id, with the district's own over the shipped ones."""

    def __init__(self, reader: Reader) -> None:
        about = reader.about
        own_questions = own_lines(reader, OwnQuestion)
        own_documents = own_lines(reader, OwnMandatory)
        self.questions: dict[int, list[QuestionLine]] = {}
        self.documents: dict[int, list[DocumentLine]] = {}
        for edition in about.editions:
            self.questions |= question_lines(
                about.district_id, edition.key, about.language, own=own_questions
            )
            self.documents |= document_lines(
                about.district_id, edition.key, about.language, own=own_documents
            )

    def questions_at(self, clause_id: int) -> list[QuestionLine]:
        """The questions that the district uses."""
        return [line for line in self.questions.get(clause_id, []) if line.is_used]

    def documents_at(self, clause_id: int) -> list[DocumentLine]:
        """The documented information that the district needs."""
        return [line for line in self.documents.get(clause_id, []) if line.is_needed]


def own_lines(reader: Reader, model: Any) -> list[Any]:
    """The district's records of a kind, the oldest first."""
    return list(
        reader.session.scalars(
            select(model).where(model.district_id == reader.about.district_id).order_by(model.id)
        )
    )
