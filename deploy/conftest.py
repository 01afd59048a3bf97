"""What pytest does not open under deploy/: files that only the hub reads, under names that it gives them."""

collect_ignore = ["jupyterhub/jupyterhub_config.py", "jupyterhub/start.py"]
