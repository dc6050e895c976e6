"""Remedies against collapse; minibatch discrimination is a layer of the critic
(models/networks/heads.py)."""
