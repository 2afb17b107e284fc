# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class PharmaCallReportVersion(models.Model):
    """What a call report said, at one time: the first filing, and each amendment."""

    _name = "pharma.call.report.version"
    _description = "Version of a Call Report"
    _inherit = ["pharma.append.only.mixin"]
    _order = "report_id, number desc"
    _rec_name = "number"

    report_id = fields.Many2one(
        "pharma.call.report",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    number = fields.Integer(required=True, readonly=True, aggregator=None)
    uuid = fields.Char(
        required=True,
        readonly=True,
        groups=fields.NO_ACCESS,
        help="Of the device that sent it: what is sent twice is filed once.",
    )
    reason = fields.Char(string="Why", readonly=True)
    user_id = fields.Many2one("res.users", string="By", readonly=True, required=True)
    moment = fields.Datetime(string="When", readonly=True, required=True)
    content = fields.Json(readonly=True)
    summary = fields.Text(string="Said", compute="_compute_summary")
    changes = fields.Text(
        compute="_compute_changes", help="Against the version before."
    )

    _unique_uuid = models.UniqueIndex("(uuid)", "This was sent already.")
    _unique_number = models.UniqueIndex(
        "(report_id, number)", "The report has changed meanwhile. Open it again."
    )

    @api.depends("content")
    def _compute_summary(self):
        for version in self:
            words = version._get_words()
            lines = (f"{label}: {text}" for label, text in words.items() if text)
            version.summary = "\n".join(lines)

    @api.depends("content", "report_id.version_ids")
    def _compute_changes(self):
        for version in self:
            before = version.report_id.version_ids.filtered(
                lambda item, number=version.number: item.number == number - 1
            )
            version.changes = version._compare(before) if before else ""

    def _compare(self, before):
        """Return what differs from the version ``before``, a line for each thing."""
        old, new = before._get_words(), self._get_words()
        none = self.env._("nothing")
        return "\n".join(
            f"{label}: {old.get(label) or none} → {new.get(label) or none}"
            for label in dict.fromkeys([*new, *old])
            if old.get(label) != new.get(label)
        )

    def _get_words(self):
        """Return {label: text} of what the version says, in the reader's language."""
        self.ensure_one()
        content = dict(self.content or {})
        report = self.env["pharma.call.report"]
        steps = dict(report._fields["next_step"]._description_selection(self.env))
        moment = fields.Datetime.to_datetime(content.get("held_at"))
        content["held_at"] = moment and fields.Datetime.to_string(
            fields.Datetime.context_timestamp(self, moment).replace(tzinfo=None)
        )
        content["next_step"] = steps.get(content.get("next_step"), "")
        names = report.fields_get(
            [name for name in content if name != "lines"], ["string"]
        )
        words = {
            names[name]["string"]: text
            for name, text in content.items()
            if name in names
        }
        for line in content.get("lines", []):
            words[line["product"]] = self._describe_line(line)
        return words

    def _describe_line(self, line):
        parts = [self.env._("interest %(interest)s of 5", interest=line["interest"])]
        if line["is_requested"]:
            parts.append(self.env._("requested"))
        if line["questions"]:
            parts.append(line["questions"])
        return ", ".join(parts)
