"""What only the whole can say: the visible site, the ledger, ratings, registers, words."""
