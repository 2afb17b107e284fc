# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.tools import SQL

from .pharma_figures_mixin import LOCAL_DATE, PRACTICE

#: Kilometres between two places on the globe, and roads against the straight line.
EARTH_KM = 6371
DETOUR = 1.3

#: One row per representative and day with calls. The day starts and ends at the home
#: base; calls without travel, or without a place on the map, are left out of the way.
ROWS = """
    WITH call AS (
        SELECT showcase.id,
               showcase.company_id,
               showcase.team_id,
               showcase.territory_id,
               showcase.representative_id,
               showcase.user_id,
               showcase.state,
               showcase.start,
               showcase.stop,
               showcase.duration,
               showcase.state IN ('proposed', 'confirmed', 'done') AS is_kept,
               COALESCE(NULLIF(rep.speed, 0), area.speed, 30) AS speed,
               %(date)s AS date,
               home.partner_latitude AS home_lat,
               home.partner_longitude AS home_lng,
               CASE WHEN showcase.modality IN ('in_person', 'lunch')
                     AND NULLIF(place.partner_latitude, 0) IS NOT NULL
                     AND showcase.state IN ('proposed', 'confirmed', 'done')
                    THEN place.partner_latitude END AS lat,
               place.partner_longitude AS lng
          FROM pharma_showcase showcase
          JOIN clinic_doctor doctor ON doctor.id = showcase.doctor_id
          JOIN pharma_representative rep ON rep.id = showcase.representative_id
     LEFT JOIN pharma_territory area ON area.id = showcase.territory_id
          JOIN resource_resource clock ON clock.id = rep.resource_id
     LEFT JOIN res_partner home ON home.id = rep.home_partner_id
           AND NULLIF(home.partner_latitude, 0) IS NOT NULL
     LEFT JOIN clinic_site site ON site.id = showcase.site_id
     LEFT JOIN res_partner place
            ON place.id = COALESCE(site.partner_id, %(practice)s, doctor.partner_id)
         WHERE showcase.active AND showcase.state <> 'draft'
    ), leg AS (
        SELECT call.*,
               COALESCE(lag(lat) OVER day, home_lat) AS from_lat,
               COALESCE(lag(lng) OVER day, home_lng) AS from_lng,
               CASE WHEN lead(id) OVER day IS NULL THEN home_lat END AS back_lat,
               home_lng AS back_lng
          FROM call
         WHERE lat IS NOT NULL
        WINDOW day AS (PARTITION BY representative_id, date ORDER BY start, id)
    ), way AS (
        SELECT representative_id, date,
               sum(%(way_there)s + %(way_back)s) * %(detour)s AS km
          FROM leg
      GROUP BY representative_id, date
    )
    SELECT min(call.id) AS id,
           call.company_id,
           max(call.team_id) AS team_id,
           call.representative_id,
           max(call.user_id) AS user_id,
           call.date,
           bool_or(call.state = 'done')::int AS day_count,
           count(*) AS call_count,
           count(*) FILTER (WHERE call.state = 'done') AS held_count,
           count(*) FILTER (WHERE call.state IN ('declined', 'cancelled', 'no_show'))
               AS lost_count,
           COALESCE(sum(call.duration) FILTER (WHERE call.state = 'done'), 0)
               AS held_minutes,
           COALESCE(max(way.km), 0) AS travel_km,
           COALESCE(max(way.km) / max(NULLIF(call.speed, 0)) * 60, 0)
               AS travel_minutes,
           EXTRACT(EPOCH FROM
               max(call.stop) FILTER (WHERE call.is_kept)
               - min(call.start) FILTER (WHERE call.is_kept)
           ) / 3600.0 AS field_hours
      FROM call
 LEFT JOIN way ON way.representative_id = call.representative_id
       AND way.date = call.date
  GROUP BY call.company_id, call.representative_id, call.date
"""


def great_circle(lat_a, lng_a, lat_b, lng_b):
    """Return the SQL of the kilometres between two places; 0 where one is unknown."""
    names = {
        name: SQL.identifier(value)
        for name, value in {
            "lat_a": lat_a,
            "lng_a": lng_a,
            "lat_b": lat_b,
            "lng_b": lng_b,
        }.items()
    }
    return SQL(
        "COALESCE(2 * %(earth)s * asin(sqrt("
        " power(sind((%(lat_b)s - %(lat_a)s)::float / 2), 2)"
        " + cosd(%(lat_a)s::float) * cosd(%(lat_b)s::float)"
        " * power(sind((%(lng_b)s - %(lng_a)s)::float / 2), 2))), 0)",
        earth=EARTH_KM,
        **names,
    )


class PharmaActivityReport(models.Model):
    """What a representative did on a day: calls, time with doctors, travel."""

    _name = "pharma.activity.report"
    _description = "Representative Activity"
    _inherit = "pharma.figures.mixin"
    _auto = False
    _rec_name = "representative_id"
    _order = "date desc, representative_id, id"
    _depends = {
        "pharma.representative": ["home_partner_id", "speed"],
        "pharma.territory": ["speed"],
        "pharma.showcase": [
            "active",
            "company_id",
            "doctor_id",
            "duration",
            "modality",
            "representative_id",
            "site_id",
            "start",
            "state",
            "stop",
            "team_id",
            "territory_id",
            "user_id",
        ],
        "res.partner": ["partner_latitude", "partner_longitude"],
    }
    _export_fields = (
        "date",
        "representative_id",
        "team_id",
        "call_count",
        "held_count",
        "lost_count",
        "held_minutes",
        "travel_km",
        "travel_minutes",
        "field_hours",
    )

    # a day may lead through several of them
    territory_id = fields.Many2one(store=False)

    representative_id = fields.Many2one("pharma.representative", readonly=True)
    date = fields.Date(readonly=True)
    day_count = fields.Integer(string="Days in the Field", readonly=True)
    call_count = fields.Integer(string="Calls", readonly=True)
    held_count = fields.Integer(string="Held", readonly=True)
    lost_count = fields.Integer(string="Declined, Cancelled or Missed", readonly=True)
    held_minutes = fields.Integer(string="With Doctors (min)", readonly=True)
    travel_km = fields.Float(
        string="Travel (km)",
        readonly=True,
        digits=(10, 1),
        help="Great circle from the home base through the calls and back, with an "
        "allowance for roads.",
    )
    travel_minutes = fields.Float(
        string="Travel (min)",
        readonly=True,
        digits=(10, 0),
        help="At the representative's speed.",
    )
    field_hours = fields.Float(
        string="First to Last Call (h)", readonly=True, digits=(10, 1)
    )

    @property
    def _table_query(self):
        """The rows: days with calls."""
        return SQL(
            ROWS,
            practice=PRACTICE,
            date=LOCAL_DATE,
            detour=DETOUR,
            way_there=great_circle("from_lat", "from_lng", "lat", "lng"),
            way_back=great_circle("lat", "lng", "back_lat", "back_lng"),
        )
