"""First-party plugins, one file each. They import from the rooms below, as a stranger's plugin would."""
