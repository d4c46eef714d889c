// And so does what it knows of dates.
Intl.DateTimeFormat.supportedLocalesOf('en')

export {}
