"""The version of Quoteback.

It is written here as well as in pyproject.toml: looking it up in the installed package takes as
long as a question to a running service. A test checks that both agree.
"""

VERSION = "0.1.0"
