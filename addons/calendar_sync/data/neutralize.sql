-- forget what opens outside calendars, and stop asking them
UPDATE calendar_sync_account
   SET secret = NULL,
       state = CASE state WHEN 'active' THEN 'paused' ELSE state END;

UPDATE calendar_sync_client SET secret = NULL;

UPDATE calendar_sync_invitation SET state = 'revoked' WHERE state = 'open';

-- what is told to the original is none of the copy's business
UPDATE calendar_sync_calendar
   SET channel_id = NULL, channel_secret = NULL, channel_expires_at = NULL;

-- drop what waits to be written there or read from there
UPDATE queue_job
   SET state = 'cancelled'
 WHERE state IN ('wait_dependencies', 'pending', 'enqueued', 'started', 'failed')
   AND model_name LIKE 'calendar.sync.%';
