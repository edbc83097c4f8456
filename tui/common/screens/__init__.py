"""The parts of screens: panels, prompts, keys, themes, copying, slow work beside them."""
