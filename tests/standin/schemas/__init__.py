"""What each vendor refuses in the JSON schema of an answer, and an answer for any schema it takes."""
