"""What developers run: made files, checks, pictures. Nothing of it is shipped."""
