"""Files of office programs: texts, presentations, spreadsheets."""
