"""Properties run without a time limit: a busy machine is no counterexample."""

from hypothesis import HealthCheck, settings

settings.register_profile("routing", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("routing")
