"""Controls of the notebooks, one module for each: small classes of ipywidgets around the pure functions."""
