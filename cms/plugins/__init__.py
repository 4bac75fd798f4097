"""First-party plugins, one file each. They import hooks, shapes and types only, as a stranger's plugin would."""
