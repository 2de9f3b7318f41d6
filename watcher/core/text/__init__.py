"""Text: made safe, compared, parted into words, put into other people's formats."""
