"""Each script here prints a table and writes JSON into results/."""
