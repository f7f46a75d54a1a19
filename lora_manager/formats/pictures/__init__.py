"""What is in a picture's file, found out before a decoder sees it: how large it is, and its first frame alone."""
