"""Files as they lie: opened safely, told apart, read as rows of text."""
