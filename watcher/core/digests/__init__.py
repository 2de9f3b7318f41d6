"""What an issue of a digest holds: which stories, where, told how, by whose words, with which numbers."""
