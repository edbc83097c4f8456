"""The two themes: quiet neutrals, blue for what can be chosen, amber for what is quoted."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="quoteback-dark",
    primary="#7fa7cf",
    secondary="#8b93a1",
    accent="#e9b95f",
    warning="#e0a05a",
    error="#e07a7a",
    success="#93c08b",
    foreground="#d9dce2",
    background="#14161a",
    surface="#191c21",
    panel="#20242b",
    dark=True,
    variables={"footer-key-foreground": "#7fa7cf", "footer-background": "#14161a"},
)

LIGHT = Theme(
    name="quoteback-light",
    primary="#2c5f91",
    secondary="#6a6f78",
    accent="#f2c14e",
    warning="#a85d00",
    error="#b3332f",
    success="#3c7a37",
    foreground="#25282d",
    background="#fbfaf7",
    surface="#f5f3ee",
    panel="#eae7df",
    dark=False,
    variables={"footer-key-foreground": "#2c5f91", "footer-background": "#fbfaf7"},
)
