"""An uploaded e-mail: found by what it answers or by its subject, and taken once."""

from email.message import EmailMessage
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from corps.outbox.actions import write_message
from deployments.liaison.models import Case, Letter, Reply
from deployments.liaison.queries.mail import case_of_mail
from deployments.liaison.queries.replies import read_reply
from tests.admin.doors import as_, do_url, list_do_url, page_url, text_of
from tests.cast import NOW, an_agency
from tests.liaison.letter_rows import a_letter_row
from tests.liaison.scenes import Cast, a_cast, case_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return a_cast()


def a_mail(subject: str = "Re: permits", **headers: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = "consul@embassy.example", "corps@corps.example"
    mail["Subject"], mail["Message-ID"] = subject, "<answer@embassy.example>"
    mail["Date"] = timezone.now().strftime("%a, %d %b %Y %H:%M:%S +0000")
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("We do not comment.\n")
    html = '<p>We do not comment.</p><img src="http://tracker.example/x.png">'
    mail.add_alternative(html, subtype="html")
    mail.add_attachment(b"annex", maintype="text", subtype="plain", filename="annex.txt")
    mail.add_attachment(b"MZ\x90", maintype="application", subtype="exe", filename="run.exe")
    return mail.as_bytes()


def upload(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("answer.eml", content, content_type="message/rfc822")


def sent_by_mail(cast: Cast, case: Case) -> Letter:
    """A letter of the case that went out by e-mail, as far as an answer to it goes."""
    message = write_message(
        about=case, to=["consul@embassy.example"], subject="x", text="x", at=NOW
    )
    went = {"message": message, "sent_through": "email"}
    return a_letter_row(case, cast.liaison, "sent", sent=went)


def test_it_finds_its_case_by_the_letter_it_answers(cast: Cast) -> None:
    case = case_at("sent", cast.liaison)
    letter = sent_by_mail(cast, case)
    assert letter.message is not None
    ours = letter.message.message_id
    for answers in ([ours], ["", "other@x", ours]):
        assert case_of_mail(cast.liaison, answers=answers, subject="") == (case, letter)
    assert case_of_mail(cast.stranger, answers=[ours], subject="") == (None, None)


def test_it_finds_its_case_by_the_reference_in_its_subject(cast: Cast) -> None:
    case = case_at("sent", cast.liaison)
    for subject in (case.reference, f"AW: [{case.reference}/1] Antwort", f"2020-0009 {case}"):
        assert case_of_mail(cast.liaison, answers=[], subject=subject) == (case, None)
    for subject in ("", "2026", f"9{case.reference}", f"{case.reference}9"):
        assert case_of_mail(cast.liaison, answers=[""], subject=subject) == (None, None)


def test_an_uploaded_mail_is_an_answer(cast: Cast) -> None:
    case = case_at("sent", cast.liaison)
    letter = sent_by_mail(cast, case)
    assert letter.message is not None
    raw = a_mail(In_Reply_To=f"<{letter.message.message_id}>")
    browser, url = as_(cast.liaison), list_do_url(Case, "e-mail")
    answer = browser.post(url, {"file": upload(raw), "outcome": "no_comment"})
    assert (answer.status_code, answer["Location"]) == (302, page_url(case))
    reply, content = Reply.objects.get(), read_reply(Reply.objects.get())
    assert (reply.case, reply.letter, reply.agency) == (case, letter, case.agency)
    assert content.text == "We do not comment."
    assert content.names == ["annex.txt"]
    assert ["From", "consul@embassy.example"] in content.headers
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("answered", "no_comment")
    page = text_of(browser.get(page_url(reply)))
    assert "tracker.example" not in page
    assert "run.exe" not in page


def test_a_mail_is_filed_under_the_agency_of_the_letter_that_it_answers(cast: Cast) -> None:
    case, holder = case_at("referred", cast.liaison), an_agency("unification")
    letter = sent_by_mail(cast, case)
    Case.objects.filter(pk=case.pk).update(holder=holder)
    assert letter.message is not None
    raw = a_mail(In_Reply_To=f"<{letter.message.message_id}>")
    answer = {"file": upload(raw), "outcome": "information"}
    as_(cast.liaison).post(list_do_url(Case, "e-mail"), answer)
    case.refresh_from_db()
    assert (case.replies.get().agency, case.state, case.holder) == (case.agency, "referred", holder)


def test_the_same_mail_is_refused_in_words(cast: Cast) -> None:
    case = case_at("sent", cast.liaison)
    browser, url = as_(cast.liaison), list_do_url(Case, "e-mail")
    raw = a_mail(f"Re: {case.reference}")
    for expected in (302, 200):
        answer = browser.post(url, {"file": upload(raw), "outcome": "information"})
        assert answer.status_code == expected
    assert "This e-mail is entered already." in text_of(answer)
    assert Reply.objects.count() == 1


def test_a_mail_that_names_no_case_asks_for_it(cast: Cast) -> None:
    case = case_at("sent", cast.liaison, agency=an_agency("ministry"))
    browser, url = as_(cast.liaison), list_do_url(Case, "e-mail")
    answer = browser.post(url, {"file": upload(a_mail("hello")), "outcome": "granted"})
    assert "names no case of yours" in text_of(answer)
    given: dict[str, Any] = {"outcome": "granted", "reference": case.reference}
    browser.post(url, {"file": upload(a_mail("hello")), **given})
    assert Reply.objects.get().case == case


def test_what_is_no_mail_is_refused(cast: Cast) -> None:
    browser, url = as_(cast.liaison), list_do_url(Case, "e-mail")
    answer = browser.post(url, {"file": upload(b"\x00\x01\x02"), "outcome": "granted"})
    assert "This is no e-mail that can be read" in text_of(answer)


def test_a_case_takes_a_mail_of_its_own(cast: Cast) -> None:
    case = case_at("acknowledged", cast.liaison)
    given = {"agency": str(case.agency_id), "outcome": "granted", "came_on": "2026-11-22"}
    answer = as_(cast.liaison).post(do_url(case, "reply"), {**given, "upload": upload(a_mail())})
    assert answer.status_code == 302
    assert read_reply(case.replies.get()).text == "We do not comment."


def test_more_files_of_an_answer_are_added_one_by_one(cast: Cast) -> None:
    case, browser = case_at("sent", cast.liaison), as_(cast.liaison)
    given = {"agency": str(case.agency_id), "outcome": "granted", "came_on": "2026-11-22"}
    first = SimpleUploadedFile("first.txt", b"first")
    browser.post(do_url(case, "reply"), {**given, "upload": first})
    reply = case.replies.get()
    second = SimpleUploadedFile("second.txt", b"second")
    assert browser.post(do_url(reply, "attach"), {"upload": second}).status_code == 302
    refused = SimpleUploadedFile("third.exe", b"MZ")
    page = text_of(browser.post(do_url(reply, "attach"), {"upload": refused}))
    assert "does not end as a file of its kind does" in page
    reply.refresh_from_db()
    assert read_reply(reply).names == ["first.txt", "second.txt"]
    assert [row.place for row in reply.attachments.all()] == [0, 1]
