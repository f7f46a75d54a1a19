"""Making the vectors in the background, and asking them."""
