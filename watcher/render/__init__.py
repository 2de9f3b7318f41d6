"""Messages put into words: subject, text part and mail page; it never decides what is told, nor sends it.

It imports nothing here: the process in which a user's templates are tried starts with this, and must start quickly.
"""
