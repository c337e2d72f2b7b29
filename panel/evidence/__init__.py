"""What a reviewer sees: a tool's texts, read, made plain, and cut to facts with their places."""
