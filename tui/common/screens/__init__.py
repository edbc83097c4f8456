"""What screens are made of: panels, prompts, keys, themes, copying, slow work beside them."""
