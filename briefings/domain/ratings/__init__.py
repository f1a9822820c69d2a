"""Ratings: scales and comparability, rating histories, current ratings, and the tables of them."""
