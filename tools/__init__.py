"""What ``tasks.py`` does, one module per job. Standard library only: it runs before anything is installed."""
