"""The fast engine: areas laid on a grid of cells once, then asked for many points."""
