"""Recipes: named sets of options, as papers have them or as they train well on two cores."""
