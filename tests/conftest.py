"""What holds for all tests."""

from hypothesis import settings

# how long an example takes is for the benchmark to say: on a busy machine a deadline fails for no fault
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
