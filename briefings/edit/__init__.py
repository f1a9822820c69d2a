"""Commands that change content files: new, rename, withdraw, register."""
