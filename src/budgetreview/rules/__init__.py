"""The core rule set: a package of rules like any other, one module and one TOML file for each family."""
