# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.tools import SQL

#: Busy times of outside calendars.
BUSY = """
SELECT busy.resource_id, NULL::int,
       EXTRACT(EPOCH FROM %(start)s)::bigint, EXTRACT(EPOCH FROM %(stop)s)::bigint
  FROM calendar_sync_busy busy
  JOIN calendar_sync_calendar calendar
    ON calendar.id = busy.calendar_id AND calendar.read_busy
  JOIN calendar_sync_account account
    ON account.id = calendar.account_id AND account.active
  JOIN resource_resource resource ON resource.id = busy.resource_id
 WHERE busy.resource_id = ANY(%(resources)s)
   AND busy.start < %(last)s + interval '1 day'
   AND busy.stop > %(first)s - interval '1 day'
"""

#: A whole day is stored as midnights of UTC and means those of the resource's clock.
ON_THE_CLOCK = """
CASE WHEN busy.all_day
     THEN busy.%(name)s AT TIME ZONE COALESCE(resource.tz, 'UTC') AT TIME ZONE 'UTC'
     ELSE busy.%(name)s END
"""


class ClinicSchedule(models.AbstractModel):
    """Busy times of outside calendars are offered to nobody."""

    _inherit = "clinic.schedule"

    def _get_absences_sql(self, resource_ids, site_ids, start, stop):
        """Override: add the busy times of these resources' calendars."""
        absences = super()._get_absences_sql(resource_ids, site_ids, start, stop)
        self.env["calendar.sync.busy"].flush_model()
        self.env["calendar.sync.calendar"].flush_model(["read_busy", "resource_id"])
        self.env["calendar.sync.account"].flush_model(["active"])
        self.env["resource.resource"].flush_model(["tz"])
        busy = SQL(
            BUSY,
            start=SQL(ON_THE_CLOCK, name=SQL.identifier("start")),
            stop=SQL(ON_THE_CLOCK, name=SQL.identifier("stop")),
            resources=list(resource_ids),
            first=start,
            last=stop,
        )
        return SQL("%s UNION ALL %s", absences, busy)
