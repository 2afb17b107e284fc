# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A doctor falls ill: reception asks the patients, who answer on their phones.

Each page is checked by axe-core on the way.
"""

import secrets

from .live.practice import HOURS
from .live.visitor import PHONE, SOON, Visitor, soon

OFFER = """
    SELECT state, new_start::text, new_doctor_id, needs_call, call_reason
      FROM clinic_away_offer WHERE appointment_id = %s
"""
VISIT = "SELECT state, start::text, doctor_id FROM clinic_appointment WHERE id = %s"
MESSAGES = """
    SELECT count(*) FROM clinic_reminder
     WHERE appointment_id = %s AND event = 'away_offer'
"""
HOLDS = """
    SELECT count(*) FROM clinic_appointment
     WHERE doctor_id = %s AND state = 'hold'
"""
GIVE_TOKEN = """
    UPDATE clinic_appointment SET access_token = %s WHERE id = %s RETURNING id
"""

ANSWER = "form[action*='/away/{}'] [type=submit]"


class Patient(Visitor):
    """Somebody who follows the link of a message, on a phone."""

    def __init__(self, browser, server, database, visit):
        super().__init__(browser, server, database, f"Patient {visit}", PHONE)
        self.visit = visit
        self.token = secrets.token_urlsafe()
        database.query(GIVE_TOKEN, self.token, visit)

    def follow(self, suffix):
        """Open one of the visit's pages by the link of a message."""
        path = f"/my/appointments/{self.visit}{suffix}"
        self.page.go(f"{self.server.address}{path}?access_token={self.token}")

    def read_question(self):
        """Read that the doctor is away, and what is proposed."""
        self.follow("/away")
        self.page.place("[name=portal_away_proposal]")
        self.check()

    def answer(self, what):
        """Press one of the three buttons."""
        self.page.click(ANSWER.format(what))


def make_day(practice, count):
    """Return (ill doctor, colleague, visits): patients who have an address."""
    doctors = [practice.create_doctor(day=str(SOON)) for _number in range(2)]
    service = practice.create_service(doctor_ids=[(6, 0, doctors)])
    visits = []
    for number in range(count):
        patient = practice.create(
            "clinic.patient",
            name=practice.name("Sick Day"),
            email=f"sick.day.{number}@example.com",
        )
        start = soon(HOURS[0] + number)
        visits.append(practice.book(service, doctors[0], patient, start))
    return *doctors, visits


def enter_absence(practice, doctor):
    """Let reception enter the absence, and ask everybody who is hit."""
    impact = practice.create(
        "clinic.impact",
        doctor_ids=[(6, 0, [doctor])],
        start=soon(0),
        stop=soon(23),
    )
    practice.do("clinic.impact", "action_preview", [impact])
    practice.do("clinic.impact", "action_propose", [impact])


def test_patients_answer_on_their_phones(
    open_browser, practice, page_servers, database, audit
):
    ill, colleague, visits = make_day(practice, 4)
    enter_absence(practice, ill)
    starts = [soon(HOURS[0] + number) for number in range(4)]
    for visit, start in zip(visits, starts, strict=True):
        # the visit has its place still, and the other time is held
        assert database.query(VISIT, visit) == [("scheduled", start, ill)]
        ((state, proposed, doctor, _call, _why),) = database.query(OFFER, visit)
        assert (state, proposed, doctor) == ("waiting", start, colleague)
        assert database.query(MESSAGES, visit) == [(1,)]
    assert database.query(HOLDS, colleague) == [(4,)]
    takes, wants, leaves, silent = visits
    browser = open_browser()

    patient = Patient(browser, page_servers[0], database, takes)
    patient.read_question()
    patient.answer("accept")
    patient.page.place("[name=portal_away_done]")
    patient.check()
    assert database.query(VISIT, takes) == [("confirmed", starts[0], colleague)]

    patient = Patient(browser, page_servers[1], database, wants)
    patient.read_question()
    patient.answer("other")
    patient.arrive("/reschedule", "main")
    assert database.query(OFFER, wants)[0][3:] == (True, "another")

    patient = Patient(browser, page_servers[0], database, leaves)
    patient.read_question()
    patient.answer("cancel")
    patient.page.place("h1", "cancelled")
    patient.check()
    assert database.query(VISIT, leaves)[0][0] == "cancelled"

    assert database.query(HOLDS, colleague) == [(1,)]
    assert database.query(OFFER, silent)[0][0] == "waiting"
    assert browser.page.errors == []
    audit.check([ill, colleague])


def test_a_patient_waits_for_a_late_room_and_says_how_it_was(
    open_browser, practice, page_servers, database
):
    doctor = practice.create_doctor(day=str(SOON))
    service = practice.create_service(doctor_ids=[(6, 0, [doctor])], modality="video")
    (person,) = practice.create_patients(1)
    visit = practice.book(service, doctor, person, soon(10))
    browser = open_browser()
    patient = Patient(browser, page_servers[0], database, visit)
    patient.follow("/video")
    patient.page.place("[name=portal_video_early]")
    patient.check()
    for step in ("arrive", "begin", "complete"):
        practice.do("clinic.appointment", step, [visit])
    patient.follow("/feedback")
    patient.page.click("label[for=o_clinic_star_4]")
    patient.fill("#o_clinic_comment", "Clear words")
    patient.check()
    patient.page.click("form[action*='/feedback'] [type=submit]")
    patient.page.place("main [role=status]", "Thank you")
    patient.check()
    ratings = """
        SELECT rating::int, feedback FROM rating_rating
         WHERE clinic_appointment_id = %s
    """
    assert database.query(ratings, visit) == [(4, "Clear words")]
    assert browser.page.errors == []
