"""Pages that people read: a subject a file."""
