// Reads an iCalendar file with ical.js; prints its events as JSON, with UTC instants.
const fs = require("fs");
const ICAL = require("ical.js");

const calendar = new ICAL.Component(ICAL.parse(fs.readFileSync(0, "utf8")));
for (const zone of calendar.getAllSubcomponents("vtimezone")) {
    ICAL.TimezoneService.register(zone);
}
const events = calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    return {
        uid: event.uid,
        sequence: event.sequence,
        summary: event.summary,
        location: event.location,
        status: component.getFirstPropertyValue("status"),
        zone: event.startDate.zone.tzid,
        start: event.startDate.toJSDate().toISOString(),
        end: event.endDate.toJSDate().toISOString(),
    };
});
const refresh = calendar.getFirstProperty("refresh-interval");
const result = {
    name: calendar.getFirstPropertyValue("x-wr-calname"),
    method: calendar.getFirstPropertyValue("method"),
    refresh: refresh && [refresh.type, String(refresh.getFirstValue())],
    events,
};
process.stdout.write(JSON.stringify(result));
