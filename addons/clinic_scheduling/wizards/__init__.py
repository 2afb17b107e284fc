from . import clinic_find_time
from . import clinic_find_time_line
from . import clinic_find_time_why
