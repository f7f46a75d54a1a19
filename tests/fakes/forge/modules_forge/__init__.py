"""What Forge adds to the host it comes from."""
