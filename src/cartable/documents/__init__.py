"""What leaves the machine on paper or in an office file: PDF, Word, spreadsheets, calendars, decks of cards."""
