"""Questions, replies and judgements on the left side of the main screen."""
