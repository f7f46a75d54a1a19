"""What the application does, above the database and below the API."""
