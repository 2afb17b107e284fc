-- forget what opens outside calendars, and stop asking them
UPDATE calendar_sync_account
   SET secret = NULL,
       state = CASE state WHEN 'active' THEN 'paused' ELSE state END;

-- drop what waits to be written there or read from there
UPDATE queue_job
   SET state = 'cancelled'
 WHERE state IN ('wait_dependencies', 'pending', 'enqueued', 'started', 'failed')
   AND model_name LIKE 'calendar.sync.%';
