"""How Ukrainian writes a day of a month, which Django's own formats leave in the nominative."""

MONTH_DAY_FORMAT = "j E"
