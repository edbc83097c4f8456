"""The command `eval`: measure retrieval and answers on a question set."""
