"""The settings file and the screen that changes it."""
