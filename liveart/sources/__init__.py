"""Sources: what hands, sensors and clocks say, as events."""
