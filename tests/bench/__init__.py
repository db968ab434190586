"""How long the three busiest things take, each against its floor measured in the same run."""
