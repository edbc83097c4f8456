"""The version of Quoteback.

It stands here, too: looking it up in the installed package costs as much as a question that a
running service answers. A test sees to it that both agree.
"""

VERSION = "0.1.0"
