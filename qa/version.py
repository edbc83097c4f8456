"""The version of Quoteback, which stands here alone; building a package reads it.

Looking it up in the installed package would take as long as a question to a running service.
"""

VERSION = "0.2.0"
