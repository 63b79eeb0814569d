"""A keeper a subject: what it reads and writes of the store."""
