"""The modules of the loaders, for a sandbox that many tests share."""

from index.loaders import find_modules, list_kinds

# A sandbox starts anew for each module that it was not told of. What reads pictures is left out:
# it takes two seconds to import.
PARSERS = [
    module
    for module in find_modules(list_kinds(archives=True))
    if not module.startswith("index.loaders.ocr.")
]
