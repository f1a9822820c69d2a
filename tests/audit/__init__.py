"""What other people's programs say of the built site; `make audit` runs them."""
