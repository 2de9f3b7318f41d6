"""What is due is fetched, page after page, and what came is handed on; never decides what is news."""
