"""What builds keep between runs, and how work is spread over processes."""
