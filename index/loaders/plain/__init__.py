"""Text as it is: prose, code, subtitles, pages of manuals as `man` prints them."""
