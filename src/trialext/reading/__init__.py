"""Room of the pipeline."""
