# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re

import polib

from odoo.tests import tagged
from odoo.tools import file_path

from .test_queue_kiosk import KioskHttpCase

#: Languages whose texts come with the addon, and the words that are the same in each.
SHIPPED = {
    "fr": """Absent|Action|Alternatives|Code|Configuration|Consultation|
        Consultation (min)|Contact|ID|Message|Moment|Patient|Score %(score)s.|Site|
        Standard|Ticket|Tickets|Triage|Urgent|minutes""",
    "nl": """Code|Conflict|Contact|Dashboard|ID|Item|Kiosk|Link|Open|
        Score %(score)s.|Tablet|Tablets|Ticket|Tickets|Triage|Urgent""",
    "de": """Code|Dashboard|ID|Link|Median|Name|Patient|Tablet|Tablets|Ticket|
        Tickets|Triage""",
}

#: What is no word: names of values, and units.
SIGNS = re.compile(r"%\(\w+\)s|%s|\b(h|min)\b")


@tagged("post_install", "-at_install")
class TestQueueLang(KioskHttpCase):
    """Patients read their own language, staff that of the practice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.env["ir.module.module"].search(
            [("name", "=", "clinic_queue")]
        )._update_translations(["fr_FR"])
        cls.env.company.partner_id.lang = "en_US"
        cls.kiosk.lang_ids = cls.env["res.lang"].search(
            [("code", "in", ("en_US", "fr_FR"))]
        )
        cls.reason.with_context(lang="fr_FR").name = "Une toux"
        cls.flag.with_context(lang="fr_FR").name = "Du mal à respirer"

    def _say(self, text, lang="fr_FR"):
        """Return a text of the addon in a language, which has to be another one."""
        said = self.env["ir.qweb"].with_context(lang=lang).env._(text)
        self.assertNotEqual(said, text)
        return said

    def _sync_one(self, *args, **values):
        item = self._item(*args, **{"lang": "fr_FR", **values})
        (answer,) = self._sync(item)
        return answer, self._find_log(item)

    def _get(self, path, lang="en-GB"):
        self.authenticate(None, None)
        return self.url_open(path, headers={"Accept-Language": lang})

    def test_the_answer_is_in_the_visitors_language(self):
        answer, _log = self._sync_one("check_in", appointment="APT-X")
        sentence = "We did not find an appointment for today with that."
        self.assertEqual(answer["message"], self._say(sentence))
        answer, log = self._sync_one("request", service=0)
        sentence = "This cannot be booked here any more."
        self.assertEqual(answer["message"], self._say(sentence))
        self.assertEqual(log.message, sentence)
        self.assertEqual((log.state, log.attempts), ("failed", 1))

    def test_a_language_is_offered_once_unless_the_tablet_names_its_countries(self):
        self.env["res.lang"]._activate_lang("en_GB")
        self.env["res.lang"]._activate_lang("nl_BE")
        chosen = self.kiosk.lang_ids
        self.kiosk.lang_ids = False
        found = {code: name for code, name, _iso in self.kiosk._get_languages()}
        self.assertIn("en_US", found)
        self.assertEqual(len({code[:2] for code in found}), len(found))
        self.assertEqual(found["en_US"], "English")
        self.kiosk.lang_ids = chosen | self.env["res.lang"].search(
            [("code", "=", "en_GB")]
        )
        names = [
            name for _code, name, iso in self.kiosk._get_languages() if iso == "en"
        ]
        self.assertEqual(names, ["English (US)", "English (UK)"])

    def test_an_unknown_language_is_none(self):
        answer, _log = self._sync_one("check_in", appointment="APT-X", lang="xx_XX")
        self.assertIn("We did not find", answer["message"])

    def test_what_staff_read_is_in_theirs(self):
        values = {"reason": self.reason.id, "flags": [self.flag.id]}
        _answer, log = self._sync_one(**values)
        ticket = log.ticket_id
        self.assertEqual(ticket.reason, "A cough; Trouble breathing")
        self.assertEqual(ticket.warning_signs, "Trouble breathing")
        ticket.with_context(lang="fr_FR")._leave_by_page()
        self.assertIn("Left by the own page.", ticket.event_ids.mapped("reason"))

    def test_services_are_named_in_each_language(self):
        self.service.write({"bookable_online": True, "booking_notice": 0})
        self.service.with_context(lang="fr_FR").name = "Un examen"
        times = self.kiosk.sudo()._get_times()
        (offer,) = [item for item in times if item["id"] == self.service.id]
        names = {"en_US": self.service.name, "fr_FR": "Un examen"}
        self.assertEqual(offer["names"], names)

    def test_the_page_speaks_as_at_the_kiosk(self):
        answer, log = self._sync_one()
        ticket = log.ticket_id
        self.assertIn("/fr/clinic/queue/ticket/", answer["ticket"]["url"])
        page = self._get(f"/fr{ticket._get_page_path()}")
        self.assertIn('lang="fr-FR"', page.text)
        self.assertIn("Votre place", page.text)
        slip = self._get(f"{ticket._get_page_path()}/slip")
        self.assertIn('lang="fr-FR"', slip.text)
        self.assertIn("Imprimer", slip.text)
        path = f"/clinic/queue/slip/{self.kiosk.id}.{log.uuid}"
        leads = self.url_open(path, allow_redirects=False)
        self.assertIn("/fr/clinic/queue/ticket/", leads.headers["Location"])

    def test_the_patients_own_language_comes_first(self):
        ticket = self._book_today().check_in()
        ticket.sudo().lang = "en_US"
        self.patient.lang = "fr_FR"
        self.assertEqual(ticket._get_lang(), "fr_FR")
        self.patient.lang = False
        self.assertEqual(ticket._get_lang(), "en_US")
        ticket.sudo().lang = False
        self.assertEqual(ticket._get_lang(), "en_US")

    def test_levels_are_named_in_each_language(self):
        policy = self.env["clinic.queue.policy"].create({"name": "New"})
        first, second = policy.level_ids.sorted("code")[:2]
        french = first.with_context(lang="fr_FR")
        self.assertEqual(french.name, self._say("Immediate"))
        second.with_context(lang="fr_FR").name = "Tout de suite"
        self.env["res.lang"]._activate_lang("nl_NL")
        dutch = policy.level_ids.with_context(lang="nl_NL").sorted("code")
        self.assertEqual(dutch[0].name, self._say("Immediate", "nl_NL"))
        self.assertEqual(second.with_context(lang="fr_FR").name, "Tout de suite")

    def test_every_text_is_translated(self):
        device = self.kiosk.with_context(lang="en_US")
        board = self.env["clinic.queue.board"].with_context(lang="en_US")
        texts = {*device._get_texts().values(), *board._get_words().values()}
        for lang, words in SHIPPED.items():
            same = {word.strip() for word in words.split("|")}
            entries = polib.pofile(file_path(f"clinic_queue/i18n/{lang}.po"))
            found = [entry for entry in entries if not entry.obsolete]
            known = {entry.msgid for entry in found if entry.translated()} | same
            wordless = {text for text in texts if self._is_wordless(text)}
            empty = {entry.msgid for entry in found if not entry.translated()} - same
            with self.subTest(lang):
                self.assertEqual(texts - known - wordless, set())
                self.assertEqual(
                    [text for text in empty if not self._is_wordless(text)], []
                )

    def _is_wordless(self, text):
        """Whether a text has no letters beside values and units."""
        return not any(sign.isalpha() for sign in SIGNS.sub("", text))

    def test_the_history_is_in_the_companys_language(self):
        self.env.company.partner_id.lang = "fr_FR"
        given_up, back = (
            self._book_today(),
            self._book_today(
                doctor_id=self.colleague.id, patient_id=self.other_patient.id
            ),
        )
        bound, seen = self._join(9), self._join(8)
        tickets = {
            given_up.check_in(): "The appointment was given up.",
            back.check_in(): "The check-in was taken back.",
            bound: "%(desk)s was closed",
            seen: "Seen before; not called again by the end of the day.",
        }
        desk = self._open()
        bound.with_user(self.nurse).screen_transfer(desk_id=self.desk.id)
        desk._call_ticket(seen, "First")
        seen.start_service()
        seen.park()
        english = self.env(context={**self.env.context, "lang": "en_US"})
        given_up.with_env(english).cancel()
        back.with_env(english).reopen()
        desk.with_env(english).with_user(self.nurse).close_desk()
        seen.with_env(english)._close_day()
        for ticket, text in tickets.items():
            reason = ticket.sudo().event_ids.sorted()[:1].reason
            self.assertEqual(reason, self._say(text) % {"desk": "Desk 1"})
