#!/bin/sh
# Makes the database ready, and may be run as often as one likes: an empty database is
# initialised, addons that are missing are installed, and those whose version on disk
# is newer are upgraded. Run it once before the servers start, never beside them.
#
# Expects PGHOST, PGUSER, PGPASSWORD and PGDATABASE; CLINIC_ADDONS names the addons.
set -eu

odoo server --init base --stop-after-init --no-http --workers 0 --max-cron-threads 0
# shellcheck disable=SC2086 # one word for each addon
odoo module install ${CLINIC_ADDONS:-clinic_scheduling clinic_payment clinic_queue}
odoo module upgrade --outdated all
