"""Recipes of trainings: files that say what a run learns from, and how."""

import pytest

from qa.training.recipe import Recipe
from qa.training.train import RECIPE

RECIPES = sorted(RECIPE.parent.glob("*.toml"))


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_every_recipe_that_ships_is_whole(path):
    recipe = Recipe.load(path)
    assert recipe.mixture.base in recipe.mixture.sources
    assert 0 < recipe.warmup < recipe.fall < 1
    assert recipe.rate_at(1.0) == 0.0


def test_a_setting_that_is_missing_or_unknown_is_an_error(tmp_path):
    text = RECIPE.read_text()
    for changed in (text.replace("seed =", "sed ="), f"more = 1\n{text}"):
        path = tmp_path / "changed.toml"
        path.write_text(changed)
        with pytest.raises(TypeError):
            Recipe.load(path)
