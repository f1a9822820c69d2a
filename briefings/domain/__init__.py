"""Values derived from all content together: visible site, ledger, ratings, registers, words."""
