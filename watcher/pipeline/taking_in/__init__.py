"""A document becomes rows of the store in one turn: articles, stories, matters, dates, points; then all is judged."""
